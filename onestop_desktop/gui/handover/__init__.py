"""Parts of the page Trả kết quả and what connects them with the desk."""
