"""Parts of the page Hồ sơ: the list with its chips and filters, the detail pane, the steps' forms."""
