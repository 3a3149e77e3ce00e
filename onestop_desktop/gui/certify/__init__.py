"""The parts of the certification desk; they take data and give events."""
