"""LikeForLike compares health and care organisations like for like, from official files."""

__version__ = "0.1.0"
