"""One module a page of the rail; pages take data and give events."""
