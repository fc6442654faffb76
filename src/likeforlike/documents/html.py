"""Documents as one HTML file each: drawings and style inside, no script, for a screen of 320 pixels and print."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files

from likeforlike.documents.content import Block, Document, Figure, Grid, Heading, Points, Text
from likeforlike.present.table import TableView


def render_html(document: Document) -> str:
    """One document as HTML5."""
    marks = "".join(f'<p class="mark">{escape(mark)}</p>' for mark in document.marks)
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en-GB">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(document.title)}</title>",
            f"<style>\n{_style()}</style>",
            "</head>",
            "<body>",
            f"<header>{marks}<h1>{escape(document.title)}</h1>",
            f"<p>{escape(document.heading)}</p></header>",
            "<main>",
            *_sections(document),
            "</main>",
            f"<footer>{marks}<p>{escape(document.footer)}</p></footer>",
            "</body>",
            "</html>",
            "",
        )
    )


@cache
def _style() -> str:
    return files("likeforlike.documents").joinpath("document.css").read_text(encoding="utf-8")


def _sections(document: Document) -> Iterator[str]:
    for number, block in enumerate(document.blocks):
        yield _block(block, number)


def _block(block: Block, number: int) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Text(text, strong):
            return f"<p><strong>{escape(text)}</strong></p>" if strong else f"<p>{escape(text)}</p>"
        case Points(items):
            return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
        case Figure():
            return _figure(block, number)
        case Grid(table, _):
            return _table(table, number)


def _figure(figure: Figure, number: int) -> str:
    said = escape(figure.finding)
    # Names of clips and gradients are the page's, and each drawing begins to count anew.
    svg = figure.svg.replace('id="', f'id="f{number}-').replace("url(#", f"url(#f{number}-")
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{said}" ', 1)
    return (
        f'<figure><figcaption>{said}</figcaption><div class="drawing">{svg}</div>'
        f'<p class="source">{escape(figure.source)}</p></figure>'
    )


def _table(table: TableView, number: int) -> str:
    kinds = [' class="figure"' if column.decimals is not None else "" for column in table.columns]
    head = "".join(
        f'<th scope="col"{kind}>{escape(column.heading)}</th>'
        for column, kind in zip(table.columns, kinds, strict=True)
    )
    body = "\n".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td{kind}>{escape(text)}</td>" for text, kind in zip(rest, kinds[1:], strict=True))
        + "</tr>"
        for first, *rest in table.texts()
    )
    # A wide table scrolls in its own box, which the keyboard must reach.
    return (
        f'<div class="scrolls" role="region" aria-labelledby="t{number}" tabindex="0"><table>'
        f'<caption id="t{number}">{escape(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )
