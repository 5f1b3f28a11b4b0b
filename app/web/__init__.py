"""Pages: one module a group of addresses. They parse, act in one transaction, and answer."""

from flask import Flask

from app.web import (
    access,
    case_list,
    cases,
    chain_figures,
    compare,
    data_changes,
    decision_editor,
    documents,
    draft_files,
    draft_words,
    drafts,
    editor,
    errors,
    figures,
    form_editor,
    health,
    inbox,
    interventions,
    links,
    looks,
    moving,
    news,
    overview,
    practice,
    reports,
    security,
    sign_in,
    summaries,
    tasks,
    terms,
    trials,
    troubles,
    ways,
    ways_in,
    words,
    workflow,
)

BLUEPRINTS = (
    sign_in.bp,
    summaries.bp,
    inbox.bp,
    tasks.bp,
    ways_in.bp,
    reports.bp,
    cases.bp,
    case_list.bp,
    interventions.bp,
    terms.bp,
    data_changes.bp,
    troubles.bp,
    ways.bp,
    chain_figures.bp,
    overview.bp,
    workflow.bp,
    trials.bp,
    drafts.bp,
    draft_files.bp,
    editor.bp,
    moving.bp,
    news.bp,
    compare.bp,
    practice.bp,
    form_editor.bp,
    decision_editor.bp,
    documents.bp,
    health.bp,
)


def install(app: Flask) -> None:
    """Put all pages, and what guards them, on the application."""
    security.install(app)
    access.install(app)
    errors.install(app)
    looks.install(app)
    words.install(app)
    draft_words.install(app)
    links.install(app)
    figures.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
