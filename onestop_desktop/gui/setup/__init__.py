"""The making of a real desk: two doors, the form, the code for the sealed envelope."""
