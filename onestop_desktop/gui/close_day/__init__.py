"""Parts of the page Chốt ngày, and what the header's pill shows of the link upwards."""
