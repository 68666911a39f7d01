"""Triggers in migrations, without building every model anew for each of them."""

from django.db.migrations.state import ProjectState
from pgtrigger import migrations


class AddTrigger(migrations.AddTrigger):
    """As pgtrigger's own: installs one trigger.

    A trigger changes nothing that a migration reads from a model, and yet pgtrigger's step has all related models made
    anew; in this project that is every model there is, a hundred and fifty times over.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Only remembers the trigger.

        Args:
            app_label: the migration's app.
            state: the models as they stand before.
        """
        options = state.models[app_label, self.model_name.lower()].options
        options["triggers"] = [*options.get("triggers", []), self.trigger]


class RemoveTrigger(migrations.RemoveTrigger):
    """As pgtrigger's own: takes one trigger away; see `AddTrigger`."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Only forgets the trigger.

        Args:
            app_label: the migration's app.
            state: the models as they stand before.
        """
        options = state.models[app_label, self.model_name.lower()].options
        options["triggers"] = [kept for kept in options.get("triggers", []) if kept.name != self.name]
