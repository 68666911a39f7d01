"""任职表: people and posts of party and mass bodies, one row one post."""

from orgs.imports.posts.form import POSTS_CODE
from orgs.imports.posts.run import PostsImporter

__all__ = ["POSTS_CODE", "PostsImporter"]
