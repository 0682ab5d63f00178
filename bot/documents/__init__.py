"""Documents that people edit: facts rendered to Markdown, written without losing their edits."""

from bot.documents.merge import path_of, write
from bot.documents.render import TemplateMistake, render

__all__ = ["TemplateMistake", "path_of", "render", "write"]
