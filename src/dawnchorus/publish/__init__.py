"""Reports to files: Jekyll posts, pages, data, pictures and sites."""
