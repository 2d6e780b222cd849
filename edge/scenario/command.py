"""`edge scenario`: play scenarios and judge them; compare two traces."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from edge.cli import Group, _app, json_option, shared


class Scenarios(Group):
    """`edge scenario FILE` is `edge scenario run FILE`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """See `click.Group`."""
        if args and self.get_command(ctx, args[0]) is None:
            from edge.scenario.file import library

            if Path(args[0]).suffix == ".toml" or args[0] in library():
                args = ["run", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=Scenarios)
@shared
def scenario() -> None:
    """Play what a wearer says and what happens, through the whole product."""


@scenario.command("run")
@click.argument("names", nargs=-1, metavar="FILE...")
@click.option("--all", "everything", is_flag=True, help="All that come with edge.")
@click.option("--trace", type=click.Path(path_type=Path), help="Write the trace of one to a file.")
@click.option("--sound", type=click.Path(path_type=Path), help="Write what one wearer heard.")
@click.option(
    "--real", is_flag=True, help="At real pace, with sound devices of a PulseAudio of its own."
)
@click.option("--table", is_flag=True, help="Print who said what when, as Markdown.")
@json_option
@shared
def scenario_run(
    names: tuple[str, ...],
    everything: bool,
    trace: Path | None,
    sound: Path | None,
    real: bool,
    table: bool,
    as_json: bool,
) -> None:
    """Play each FILE (or scenario of that name) in virtual time.

    Status 1 if one is not as expected.

    The settings are the defaults and those of the file; nothing of yours is read or changed.
    """
    from edge.commands import print_json
    from edge.scenario import report
    from edge.scenario.engines import Engines
    from edge.scenario.file import library, load
    from edge.scenario.judge import judge
    from edge.scenario.runner import play

    wanted = library() if everything else list(names)
    if not wanted:
        raise click.UsageError("Name a scenario, or say --all.")
    if len(wanted) > 1 and (trace or sound or real):
        raise click.UsageError("--trace, --sound and --real are for one scenario.")
    scenarios = [load(name) for name in wanted]
    ok = True
    with _app() as app, Engines(app.store) as engines:
        for path, one in scenarios:
            played = play(engines, path, one, trace, real=real)
            findings = judge(one, played, real=real)
            ok = ok and all(finding.ok for finding in findings)
            if sound is not None:
                report.write_sound(sound, played)
            if table:
                click.echo(report.table(one, played), nl=False)
            elif as_json:
                print_json(report.value(path, one, findings, played))
            else:
                report.show(path, one, findings, played)
    if not ok:
        sys.exit(1)


@scenario.command("list")
@json_option
@shared
def scenario_list(as_json: bool) -> None:
    """List the scenarios that come with edge."""
    from edge.commands import print_json
    from edge.scenario.file import library, load

    found = {name: load(name)[1].about for name in library()}
    if as_json:
        print_json([{"name": name, "about": about} for name, about in found.items()])
        return
    for name, about in found.items():
        click.echo(f"{name:24} {about}")


@scenario.command("diff")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    help="Seconds by which an event may be earlier or later.",
)
@json_option
@shared
def scenario_diff(before: Path, after: Path, tolerance: float, as_json: bool) -> None:
    """Say which events of the trace BEFORE are others in AFTER; status 1 if there are any."""
    from dataclasses import asdict

    from edge.commands import print_json
    from edge.scenario.diff import differences, read

    found = list(differences(read(before), read(after), tolerance))
    if as_json:
        print_json([asdict(one) for one in found])
    else:
        for one in found:
            click.echo(one.line())
        if not found:
            click.echo("The same events.")
    if found:
        sys.exit(1)
