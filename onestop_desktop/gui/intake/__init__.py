"""The parts of the page Tiếp nhận, and the one place where they meet the desk."""
