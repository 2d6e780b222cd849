"""`edge shopping`: products to look up, and baskets to learn from."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from edge.cli import Group, _app, json_option, shared


@click.group(cls=Group)
@shared
def shopping() -> None:
    """What you buy: rhythm, what goes with what, what is in a product."""


@shopping.command("products")
@click.argument("file", type=click.Path(path_type=Path))
@shared
def shopping_products(file: Path) -> None:
    """Read FILE, an Open Food Facts export (.jsonl or .jsonl.gz), to look products up in."""
    from edge.shopping.products import Products, products_path

    with _app() as app, closing(Products(products_path(app.memory().path))) as products:
        click.echo(f"{products.bring(file)} products, {products.count()} in all")


@shopping.command("learn")
@click.argument("file", type=click.Path(path_type=Path))
@shared
def shopping_learn(file: Path) -> None:
    """Learn what goes with what from FILE: a basket a line, commas between its things."""
    from edge.shopping.rules import Rules

    with _app() as app:
        click.echo(f"{Rules(app.memory()).learn(file)} rules")


@shopping.command("goes-with")
@click.argument("item")
@json_option
@shared
def shopping_goes_with(item: str, as_json: bool) -> None:
    """Say what goes with ITEM, with the numbers."""
    from dataclasses import asdict

    from edge.commands import print_json
    from edge.shopping.rules import Rules

    with _app() as app:
        rules = Rules(app.memory()).goes_with(item)
    if as_json:
        print_json([asdict(rule) for rule in rules])
        return
    for rule in rules:
        click.echo(
            f"{rule.item} with {rule.other}: support {rule.support:.4f}, confidence"
            f" {rule.confidence:.2f}, lift {rule.lift:.2f}, {rule.baskets} baskets, {rule.origin}"
        )
    if not rules:
        click.echo(f"Nothing is known to go with {item}.")


@shopping.command("rhythm")
@json_option
@shared
def shopping_rhythm(as_json: bool) -> None:
    """List how often things are bought, and what may be running out."""
    from dataclasses import asdict

    from edge.commands import print_json
    from edge.shopping.purchases import Purchases

    with _app() as app:
        rhythms = Purchases(app.memory()).rhythms(app.wall.now().timestamp())
    if as_json:
        print_json([{**asdict(rhythm), "due": rhythm.due} for rhythm in rhythms])
        return
    for rhythm in rhythms:
        due = "  may be running out" if rhythm.due else ""
        click.echo(
            f"{rhythm.item}: every {rhythm.every:.0f} days, last {rhythm.since:.0f} days ago{due}"
        )
    if not rhythms:
        click.echo("Nothing was bought often enough yet.")
