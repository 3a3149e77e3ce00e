"""The parts of the page Tiếp nhận; they take data and give events."""
