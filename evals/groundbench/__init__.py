"""GroundBench: claims against short posts, Chinese and English, all invented for this project."""
