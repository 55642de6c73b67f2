//! Reads nginx configuration text as far as a staged check needs it: where directives and their arguments stand.
//!
//! Not for: meaning (nginx itself decides that with `-t`). Invariant: text is only ever replaced at the place of a
//! whole argument; everything else, Lua blocks and comments included, stays as it is, byte for byte.

use std::ops::Range;

/// One argument (or name) with its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) value: String,
    pub(crate) span: Range<usize>,
}

/// A directive: its name and its arguments; what is in its block follows as directives of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directive {
    pub(crate) name: String,
    pub(crate) arguments: Vec<Token>,
    /// How many blocks are open around it.
    pub(crate) depth: usize,
    /// From its name to its `;` or `{`.
    pub(crate) span: Range<usize>,
}

/// The directives of a text, in order. A text that nginx would refuse gives what could be read of it.
pub(crate) fn directives(text: &str) -> Vec<Directive> {
    let bytes = text.as_bytes();
    let (mut found, mut tokens, mut depth, mut at) = (Vec::new(), Vec::<Token>::new(), 0_usize, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at = text[at..].find('\n').map_or(bytes.len(), |end| at + end),
            b';' | b'{' => {
                let is_block = bytes[at] == b'{';
                at += 1;
                let mut words = std::mem::take(&mut tokens).into_iter();
                let Some(name) = words.next() else {
                    depth += usize::from(is_block);
                    continue;
                };
                let is_code = is_block && name.value.ends_with("_by_lua_block");
                let span = name.span.start..at;
                found.push(Directive { name: name.value, arguments: words.collect(), depth, span });
                if is_code {
                    at = end_of_code(bytes, at);
                } else {
                    depth += usize::from(is_block);
                }
            }
            b'}' => {
                at += 1;
                tokens.clear();
                depth = depth.saturating_sub(1);
            }
            quote @ (b'"' | b'\'') => {
                let (value, end) = quoted(text, at + 1, quote);
                tokens.push(Token { value, span: at..end });
                at = end;
            }
            _ => {
                let (value, end) = bare(text, at);
                tokens.push(Token { value, span: at..end });
                at = end;
            }
        }
    }
    found
}

/// Replaces spans, which do not overlap, by other texts.
pub(crate) fn replaced(text: &str, mut changes: Vec<(Range<usize>, String)>) -> String {
    changes.sort_by_key(|(span, _)| span.start);
    let (mut result, mut at) = (String::with_capacity(text.len()), 0);
    for (span, new) in changes {
        result.push_str(&text[at..span.start]);
        result.push_str(&new);
        at = span.end;
    }
    result.push_str(&text[at..]);
    result
}

/// A value as one quoted argument.
pub(crate) fn quote(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

fn quoted(text: &str, mut at: usize, quote: u8) -> (String, usize) {
    let bytes = text.as_bytes();
    let (mut value, mut from) = (String::new(), at);
    while at < bytes.len() && bytes[at] != quote {
        if bytes[at] == b'\\' && at + 1 < bytes.len() {
            value.push_str(&text[from..at]);
            at = push_escaped(text, at, &mut value);
            from = at;
        } else {
            at += 1;
        }
    }
    value.push_str(&text[from..at]);
    (value, (at + 1).min(bytes.len()))
}

fn bare(text: &str, mut at: usize) -> (String, usize) {
    let bytes = text.as_bytes();
    let (mut value, mut from) = (String::new(), at);
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' | b'\r' | b'\n' | b';' => break,
            // A brace after a dollar sign belongs to a variable's name.
            b'{' if at > 0 && bytes[at - 1] == b'$' => {
                at = text[at..].find('}').map_or(bytes.len(), |end| at + end + 1);
            }
            b'{' => break,
            b'\\' if at + 1 < bytes.len() => {
                value.push_str(&text[from..at]);
                at = push_escaped(text, at, &mut value);
                from = at;
            }
            _ => at += 1,
        }
    }
    value.push_str(&text[from..at]);
    (value, at)
}

/// Takes a backslash and what follows, as nginx does: quotes and the backslash lose it, `\t`, `\r` and `\n` are
/// characters, before anything else it stays.
fn push_escaped(text: &str, at: usize, value: &mut String) -> usize {
    let Some(next) = text[at + 1..].chars().next() else { return at + 1 };
    match next {
        '"' | '\'' | '\\' => value.push(next),
        't' => value.push('\t'),
        'r' => value.push('\r'),
        'n' => value.push('\n'),
        other => value.extend(['\\', other]),
    }
    at + 1 + next.len_utf8()
}

/// The end of a Lua block: braces are counted outside of its strings and comments.
fn end_of_code(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 1_usize;
    while at < bytes.len() && depth > 0 {
        match bytes[at] {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'-' if bytes[at..].starts_with(b"--") => {
                while at < bytes.len() && bytes[at] != b'\n' {
                    at += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    at.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &[&str], usize)]) {
        let found = directives(text);
        let found: Vec<(&str, Vec<&str>, usize)> = found
            .iter()
            .map(|d| (d.name.as_str(), d.arguments.iter().map(|a| a.value.as_str()).collect(), d.depth))
            .collect();
        let expected: Vec<(&str, Vec<&str>, usize)> =
            expected.iter().map(|(name, arguments, depth)| (*name, arguments.to_vec(), *depth)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn directives_are_found_with_their_arguments() {
        check("pid /run/nginx.pid;", &[("pid", &["/run/nginx.pid"], 0)]);
        check(
            "http { # ssl_certificate no;\n server {ssl_certificate 'a b.pem'; } }",
            &[("http", &[], 0), ("server", &[], 1), ("ssl_certificate", &["a b.pem"], 2)],
        );
        check(r#"a "x\"y" 'z;{}' b\ c;"#, &[("a", &["x\"y", "z;{}", "b\\ c"], 0)]);
        check(
            "if ($a = \"{\") { return 200 ${b}c; }",
            &[("if", &["($a", "=", "{", ")"], 0), ("return", &["200", "${b}c"], 1)],
        );
        check("a#b c#d;", &[("a#b", &["c#d"], 0)]);
    }

    #[test]
    fn code_blocks_do_not_confuse_the_reading() {
        check(
            "content_by_lua_block { local t = { s = '}' } -- }\n ngx.say(\"}\") }\nssl_certificate a;",
            &[("content_by_lua_block", &[], 0), ("ssl_certificate", &["a"], 0)],
        );
    }

    #[test]
    fn broken_text_ends_and_does_not_panic() {
        for text in
            ["\"", "a \"b", "{", "}}}", "\\", "a \\", "${", "x_by_lua_block { '", "é\\é;", "'\\é", ";;{;"]
        {
            directives(text);
        }
    }

    #[test]
    fn replacing_keeps_everything_else() {
        let text = "a 'x'; # x\nb x;";
        let changes = directives(text)
            .into_iter()
            .flat_map(|directive| directive.arguments)
            .map(|argument| (argument.span, quote("n\"w")))
            .collect();
        assert_eq!(replaced(text, changes), "a \"n\\\"w\"; # x\nb \"n\\\"w\";");
    }
}
