"""Compares settings with a JSON Schema (2020-12)."""

import re
from collections.abc import Iterator, Mapping

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from bot.probes.interface import ProbeFailed
from bot.probes.service_settings import display, is_secret


def errors(settings: object, schema: Mapping[str, object]) -> Iterator[str]:
    """Yield a sentence for each violation of the schema. Raise ProbeFailed if the schema is not valid.

    The empty registry keeps `$ref` from fetching anything.
    """
    try:
        Draft202012Validator.check_schema(schema)
        for error in Draft202012Validator(schema, registry=Registry()).iter_errors(settings):
            yield _sentence(error)
    except (SchemaError, Unresolvable, RecursionError, re.error) as error:
        raise ProbeFailed("The probe's schema is not a valid JSON Schema.") from error


def _sentence(error: ValidationError) -> str:
    path = ".".join(str(part) for part in error.absolute_path) or "the settings"
    if is_secret(path):
        return f"{path} violates the schema (not shown)"
    requirement = f"{error.validator}: {display(error.validator_value, 200)}"
    return f"{path} is {display(error.instance)}, which violates {requirement}"
