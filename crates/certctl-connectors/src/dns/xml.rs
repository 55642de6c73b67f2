//! As much XML as Route 53 answers with: elements by name, without attributes or mixed contents.
//!
//! Not for: XML of others. Invariant: a text that is no such XML has no elements; nothing panics.

/// What is inside each element of this name, in their order; not those inside one of the same name.
pub(super) fn elements<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let (mut found, mut rest) = (Vec::new(), xml);
    while let Some((_, behind)) = rest.split_once(open.as_str()) {
        let Some((inside, after)) = behind.split_once(close.as_str()) else { break };
        found.push(inside);
        rest = after;
    }
    found
}

/// The text of the first element of this name.
pub(super) fn text(xml: &str, name: &str) -> Option<String> {
    elements(xml, name).first().map(|inside| unescaped(inside.trim()))
}

/// A text with what XML escapes.
pub(super) fn unescaped(text: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, behind)) = rest.split_once('&') {
        plain.push_str(before);
        let entity = behind.split_once(';').and_then(|(name, after)| Some((character(name)?, after)));
        match entity {
            Some((character, after)) => {
                plain.push(character);
                rest = after;
            }
            None => {
                plain.push('&');
                rest = behind;
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn character(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

/// A text as it goes between tags.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_is_too_odd_to_be_read(xml in "(</?(Set|Value|Name)>|&#?x?[0-9A-Fa-z]{0,8};?|\\PC){0,40}") {
            for inside in elements(&xml, "Set") {
                prop_assert!(xml.contains(inside));
                let _ = text(inside, "Value");
            }
            prop_assert_eq!(unescaped(&escaped(&xml)), xml);
        }
    }

    #[test]
    fn elements_are_found_by_their_whole_name() {
        let xml = "<Sets><Set><Value>&quot;a&#34;</Value></Set><Set><Value>b &amp; c</Value></Set></Sets>";
        let sets = elements(xml, "Set");
        assert_eq!(sets.len(), 2);
        assert_eq!(text(sets[0], "Value").as_deref(), Some("\"a\""));
        assert_eq!(text(sets[1], "Value").as_deref(), Some("b & c"));
        assert_eq!(unescaped(&escaped("<\"a\" & 'b'>")), "<\"a\" & 'b'>");
    }

    #[test]
    fn what_is_no_xml_has_no_elements() {
        for text in ["", "<", "<Set>", "<Set><Set>", "</Set><Set>", "{}", "& &; &#; &#xFFFFFFFF;"] {
            assert!(elements(text, "Set").is_empty(), "{text}");
            assert_eq!(unescaped(text), text);
        }
    }
}
