"""Redacts secrets in text before it is stored or shown, and keeps JSON and URLs intact."""

import re
from collections.abc import Iterator

REDACTED = "[redacted]"

#: A quote in JSON, escaped with more backslashes the deeper it is nested.
_QUOTE = r"""\\{0,8}["']"""
#: A value. It never starts with one of , : ] } because these follow the quote that *ends* a JSON string.
#: An & belongs to it unless a parameter of a URL follows, and a backtick unless it ends the code.
_VALUE = (
    r"""[^\s"'\\&<>`,:\]}](?:[^\s"'\\&<>`]|`(?=\w))*"""
    r"""(?:&(?!(?:amp;)?[\w.-]{0,40}=)[^\s"'\\&<>`]*)*"""
)
#: A word of a command line that is not quoted.
_WORD = r"""[^\s|;&"'\\]{1,80}"""
_SEPARATOR = r"[*_`]{0,2}[ \t\xa0]{0,3}(?:=>|:=|==|=|:|：)[*_`]{0,2}[ \t\xa0]{0,3}"
#: The lookahead for the first letter makes the search four times as fast.
_PASSWORD = (
    r"""(?=[acekmpsпパ密비])(?:pass(?:word|wd|phrase)|(?<=[_"])pass(?![a-z0-9_])|secret"""  # noqa: S105 - words that precede a password, not a password
    r"""|pwd(?![:=][ \t]?[~/])"""
    r"""|(?:api|access|account|private|secret|encryption|master)[ _-]?key"""
    r"""|passwort|kennwort|contraseña|mot de passe|senha|пароль|パスワード|密码|密碼|비밀번호)"""
)
#: What follows may be a password: at least five characters with a letter and a digit.
_MIXED = r"(?=\S{5})(?=\S{0,64}?[a-zA-Z])(?=\S{0,64}?[0-9])"
_PRIVATE_KEY = (
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s:,]|\\{1,8}[nrt]|-(?!----))*"
    r"(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?"
)
_MAKERS = (
    r"hv[sbr]\.[A-Za-z0-9_-]{20,}|gl(?:sa|c)_[A-Za-z0-9+/=_]{20,}|dckr_[op]at_[A-Za-z0-9_-]{20,}"
    r"|NRAK-[A-Z0-9]{20,}|shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}|ATATT3[A-Za-z0-9_=-]{20,}"
    r"|lin_api_[A-Za-z0-9]{30,}|GOCSPX-[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{20,}|whsec_[A-Za-z0-9+/=]{20,}"
)
_HOST = r"""[\w.\[\]-]{1,253}(?::\d{1,5})?(?:[\s/?#,"'\\<>]|$)"""
#: PagerDuty's keys, recognized by their 32 characters. Other systems have routing keys that are not secret.
_PAGER_KEY = (
    r"(?:routing|integration|service)[_-]?key"
    rf"(?:({_QUOTE})\s{{0,3}}[:=]\s{{0,3}}\2|{_SEPARATOR}(?:{_QUOTE})?)"
)
_SCHEME = "bearer|basic|token|geniekey"
_SIGNS = r"[A-Za-z0-9._~+/=-]"

_LETTER = r"[^\W\d_]"
_NEXT_WORD = rf"[*_`]?[ \t]+{_LETTER}(?:{_LETTER}|['’-]){{0,40}}(?![\w=:])"
#: Prose after "password: " and the like: a word or a small number followed by another word, a word such as
#: "expired", or a sign. It is not a secret.
_PROSE = (
    r"(?:(?<=[:：][ \t\xa0])|(?<=：)|(?<=:[*_`][ \t])|(?<=:[ \t][*_`]))"
    rf"(?i:[(\[*_`]?{_LETTER}(?:{_LETTER}|['’-]){{0,20}}(?={_NEXT_WORD})|\d{{1,4}}(?={_NEXT_WORD})"
    rf"|[^\w\s]{{1,4}}(?=[ \t]*$|[ \t]*\n|{_NEXT_WORD})|(?:see|in|ask|from)[ \t]"
    r"|(?:changed|rotated|reset|expired|missing|wrong|invalid|incorrect|updated|unknown|none|unset|empty|ok|okay|fine"
    r"|done|fixed|revoked|leaked|unchanged|required|correct|valid|stale|old|new|same|removed|renewed|replaced"
    r"|disabled|enabled|yes|no|todo|tbd|n/a|rejected|mismatch|outdated|rotating|resetting|pending|broken|works"
    r"|working|confirmed|verified|compromised|synced|deleted|failed|denied|locked|affected|unaffected|exposed"
    r")(?![\w=@$#%^*-]|!\S))"
)

#: A pattern's first group comes before the secret and is kept. Each takes linear time. The order matters.
_SECRETS = (
    # A private key block, which may be cut off. In JSON its line ends are \n.
    _PRIVATE_KEY,
    # Slack tokens (https://docs.slack.dev/authentication/tokens), webhooks of Slack and other chats
    r"(?<![A-Za-z0-9])(?:xox[a-z](?:\.xox[a-z])?|xapp)-[A-Za-z0-9-]{6,}",
    r"(hooks\.slack\.com/(?:services|workflows|triggers)/)[A-Za-z0-9/_-]+",
    r"(webhook\.office\.com/webhookb2/|discord(?:app)?\.com/api/webhooks/)[A-Za-z0-9@/_-]+",
    r"(api\.telegram\.org/bot)[A-Za-z0-9:_-]+",
    # AWS, GitHub, GitLab, Google, Stripe: prefixes that the vendors chose for secret scanning
    r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])",
    r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})",
    r"(?<![A-Za-z0-9])(?:glpat-[A-Za-z0-9_-]{16,}|AIza[A-Za-z0-9_-]{35}|[rs]k_(?:live|test)_[A-Za-z0-9]{16,})",
    # OpenAI and Anthropic (the digit rules out a name), SendGrid, npm, Hugging Face, DigitalOcean
    r"(?<![A-Za-z0-9_-])sk-(?=[A-Za-z_-]{0,200}[0-9])[A-Za-z0-9_-]{20,}",
    r"(?<![A-Za-z0-9_-])SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    r"(?<![A-Za-z0-9_-])(?:npm_[A-Za-z0-9]{30,}|hf_[A-Za-z0-9]{20,}|do[opr]_v1_[a-f0-9]{32,})",
    # Vault, Grafana, Docker, New Relic, Shopify, Atlassian, Linear, Google's OAuth, webhooks; PyPI; age
    rf"(?<![A-Za-z0-9_-])(?=[hgdNsAlGyw])(?:{_MAKERS})",
    r"pypi-AgE[A-Za-z0-9_-]{40,}",
    r"AGE-SECRET-KEY-1[A-Z0-9]{50,}",
    # A JSON Web Token: three parts, the first a JSON object in base64
    r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
    # An Authorization header, or only its value, which has a digit or is longer than a word of prose
    (
        rf"(?i)(authorization(?:{_QUOTE})?{_SEPARATOR}(?:{_QUOTE})?(?:{_SCHEME}) {{1,3}})"
        rf"(?!(?:is|was|token|header)\b){_SIGNS}+"
    ),
    rf"(?i)(\b(?:bearer|basic)[ ]{{1,3}})(?={_SIGNS}{{0,64}}[0-9=]|{_SIGNS}{{20}}){_SIGNS}{{6,}}",
    # All cookies
    rf"(?i)(cookie(?:{_QUOTE})?[ \t]{{0,3}}:[ \t]{{0,3}}(?:{_QUOTE})?)(?=[\w.-]{{1,80}}=)[^\"'\\\n]+",
    # The signature in a signed URL of Azure, Amazon or Google
    r"""(?i)([?&;](?:sig|x-(?:amz|goog)-signature)=)[^\s"'\\&<>]+""",
    # curl -u user:password, --password x and --api-token x
    rf"(?i)((?<![\w-])(?:-u|--user)[ \t]{{1,3}}(?:{_QUOTE})?[^\s:\"'\\&<>]{{1,80}}:){_VALUE}",
    rf"(?i)((?<![\w-])--[a-z-]{{0,20}}(?:{_PASSWORD}|token)[ \t]{{1,3}}(?:{_QUOTE})?)(?!-){_VALUE}",
    # sshpass -p x; mysql -px after options only, or after other words if the value has a digit or symbol
    rf"(redis-cli (?:[^\n|;&\"'\\]{{0,100}}? )?(?:-a|--pass) (?:{_QUOTE})?){_VALUE}",
    rf"(sshpass -p ?(?:{_QUOTE})?){_VALUE}",
    rf"(mysql(?:dump|admin)?(?: --?{_WORD}(?: (?!-){_WORD})?){{0,8}} -p(?:{_QUOTE})?){_VALUE}",
    (
        rf"(mysql(?:dump|admin)? [^\n|;&\"'\\]{{0,100}}?(?<= )-p(?:{_QUOTE})?)"
        rf"(?=[a-zA-Z]{{0,40}}[^\sa-zA-Z]){_VALUE}"
    ),
    rf"(?i)({_PAGER_KEY})[A-Za-z0-9]{{32}}\b",
    # https://user:password@host, in JSON perhaps with escaped slashes. A password may contain / or @
    # but not ://, because each :// would take 256 steps in a text with many of them
    rf"""(:\\?/\\?/[^\s/:@"'\\<>]*:)(?!\d{{1,5}}[/?#\\])(?:(?!:\\?/\\?/)[^\s"'\\<>]){{1,256}}?(?=@{_HOST})""",
    r"""(:\\?/\\?/[^\s/:@"'\\<>]*:)[^\s/@"'\\<>]+(?=@)""",
    # "password": "…" in JSON: the whole string with escapes. In nested JSON, up to a backslash
    rf'(?i)((?:{_PASSWORD}|token)"\s{{0,3}}:\s{{0,3}}")(?:[^"\\]|\\.)+(?=")',
    rf"(?i)((?:{_PASSWORD}|token)({_QUOTE})\s{{0,3}}[:=]\s{{0,3}}\2)(?![,:\]}}])[^\"'\\\n]+",
    # A quoted value of several words
    rf"(?i)((?:{_PASSWORD}{_SEPARATOR}|token=)({_QUOTE}))[^\s\"'\\,:\]}}][^\"'\\\n]*(?=\2)",
    rf"(?i)({_PASSWORD}{_SEPARATOR}[“‘„])[^“”‘’\"'\\\n]+",
    # password=… and secret: … in text and URLs
    rf"(?i)({_PASSWORD}(?>{_SEPARATOR})(?:{_QUOTE}|[*_`]{{1,3}})?)(?!{_PROSE}){_VALUE}",
    # Slack takes a password with an @ for an address.
    rf"(?i)({_PASSWORD}{_SEPARATOR})<mailto:[^\s<>]+>",
    # pass: …, "the password is …" and a password on the next line, if it cannot be prose
    rf"(?i)(\b(?:pass(?:code)?|pw){_SEPARATOR}(?:{_QUOTE})?){_MIXED}{_VALUE}",
    (
        r"(?i)(\b(?:pass(?:word|wd|phrase|code)|pwd)[ \t]{1,3}(?:is|was|->|→|–|—)[ \t]{1,3}"
        rf"(?:{_QUOTE}|[`*])?){_MIXED}{_VALUE}"
    ),
    rf"(?i)({_PASSWORD}:[*_`]{{0,2}}[ \t]{{0,3}}\n[ \t]{{0,3}}`{{0,3}}\n?){_MIXED}{_VALUE}",
    rf"(?i)(token[ \t]{{1,3}}(?:is|was)[ \t]{{1,3}}(?:{_QUOTE}|[`*])?)(?=\S{{16}}){_MIXED}{_VALUE}",
    # token=…, and token: … if a digit shows that it is not prose
    rf"(?i)(token[*_`]{{0,2}}=(?:{_QUOTE})?){_VALUE}",
    rf"""(?i)(token{_SEPARATOR}(?:{_QUOTE})?)(?=[^\s"'\\&<>]{{6}})(?=[^\s"'\\&<>]{{0,64}}[0-9]){_VALUE}""",
    # The value of a word that a token before it swallowed: xoxb-…password=x
    rf"(\[redacted\](?:=>|:=|==|=|:(?![\s/]))){_VALUE}",
)
#: Characters to search at a time. A regex search holds the GIL, so other threads run between pieces.
PIECE = 20_000
#: Characters beyond a piece that are searched for the rest of a secret that starts in it.
BEYOND = 5_000
#: How often a text is searched at most. A secret right after another is only recognized in the next pass.
PASSES = 3
_PATTERNS = tuple(re.compile(pattern) for pattern in _SECRETS)


def redact(text: str) -> str:
    """Return `text` with every secret replaced by `[redacted]`. Redacting twice changes nothing more.

    JSON stays valid: quotes, backslashes before quotes and everything outside strings are kept.
    """
    for _ in range(PASSES):
        before = text
        for pattern in _PATTERNS:
            text = "".join(_replaced(pattern, text))
        if text == before:
            break
    return text


def _replaced(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """Yield the text without the secrets that match, searching it piece by piece."""
    done = start = 0
    while start < len(text):
        end = start + PIECE
        for seen in pattern.finditer(text, start, end + BEYOND):
            if seen.start() >= end:
                break
            # A match that reaches the end of the search may be longer.
            found = seen if seen.end() < end + BEYOND else pattern.match(text, seen.start()) or seen
            yield text[done : found.end(1) if pattern.groups else found.start()]
            yield REDACTED
            done = found.end()
        start = max(end, done)
    yield text[done:]
