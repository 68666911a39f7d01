"""What one row of 任职表 comes to, as far as its checks could make it out."""

from __future__ import annotations

from dataclasses import dataclass

from orgs.domain.posts_plan import PostFacts
from orgs.imports.people_known import Known
from orgs.imports.persons import Meant
from orgs.imports.posts.maps import HeldPost, KnownBody
from orgs.models import Code
from quannan.base.imports import UNCHANGED, Change
from quannan.base.workbook.declare import Row


@dataclass
class PostCase:
    """What a row comes to, as far as it could be made out.

    ``held``: the post on record or of an earlier row that it speaks of; ``facts``: what is to be stored of the post,
    equal to those held where nothing changes; ``before``: those held, where something does.
    """

    row: Row
    organization: Known | None = None
    body: KnownBody | None = None
    post: Code | None = None
    meant: Meant | None = None
    held: HeldPost | None = None
    facts: PostFacts | None = None
    before: PostFacts | None = None
    outcome: str = UNCHANGED
    changes: tuple[Change, ...] = ()

    @property
    def head(self) -> bool:
        """Whether the post is that of the head."""
        return self.post is not None and bool(self.post.data.get("head"))

    @property
    def ready(self) -> bool:
        """Whether body, post and person are known."""
        return self.body is not None and self.post is not None and self.meant is not None
