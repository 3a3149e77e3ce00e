"""The parts of the page Quản trị: procedures, agencies, working time, users, this PC."""
