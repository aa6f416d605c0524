"""Texts that would be more than text if they were let: markup, links, directives, what nobody sees."""

from hypothesis import strategies as st

HOSTILE = [
    "``` </details> <script>",
    "--> | a | b |",
    "@octocat #1 https://evil.example www.evil.example a@b.example",
    "# heading\n\n- list\n\n```mermaid\n",
    "[link](https://evil.example) ![image](x) <b>bold</b> **bold** _it_ ~~no~~ &lt; \\",
    "`` a ` b ``` c",
    "a\\|b\\\\|c|d",
    "",
    "\u202egnirts\u200b \u0007\u001b[31m",
    "%%{init: {}}%%",
    "- list",
    "1. list",
]

hostile = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(alphabet="`|\\<>#*_[]()!&;~-@%{}\"' \n.:/aé1", max_size=30),
    st.text(max_size=30),
)
