//! The texts of messages: what people are told, by templates that they can change.
//!
//! Not for: programs (a webhook's JSON has the facts). Invariants: a template reaches the facts that it is given and
//! nothing else; what it does is bounded; values are escaped in HTML; a name that there is not is an error that says its
//! line, not an empty place.

use certctl_core::alert::AlertSeverity;
use certctl_core::notification::{NotificationEvent, NotifierKind};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde_json::Value;

/// The longest template.
pub const MAX_SOURCE: usize = 20_000;
/// The longest text.
const MAX_OUTPUT: usize = 64 * 1024;
/// Steps that a template may take.
const FUEL: u64 = 200_000;

/// The texts of a message, as templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// One line.
    pub title: String,
    /// More lines.
    pub text: String,
    /// As HTML, for mail.
    pub html: Option<String>,
}

/// The texts of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub title: String,
    /// More lines.
    pub text: String,
    /// As HTML, for mail.
    pub html: Option<String>,
}

/// A template that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{detail}", line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct TemplateError {
    /// `title`, `text` or `html`.
    pub part: &'static str,
    /// Where, counted from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub detail: String,
}

const TITLE: &str = "{% if event == 'closed' %}[RESOLVED] {% elif event == 'digest' or event == 'test' %}\
    {% else %}[{{ severity | upper }}] {% endif %}{{ title }}";
const PLAIN_TITLE: &str = "{{ title }}";
const TEXT: &str = "{{ cause }}
{% for item in items %}
- [{{ item.severity }}] {{ item.title }} ({{ item.event }}): {{ item.cause }}
{%- endfor %}
{% if certificate_id %}
Certificate: {{ certificate_id }}{% endif %}{% if environment %}
Environment: {{ environment }}{% endif %}{% if team_id %}
Team: {{ team_id }}{% endif %}{% if owner_id %}
Owner: {{ owner_id }}{% endif %}

{{ url }}
";
const HTML: &str = "<!doctype html>
<html><body style=\"font-family: sans-serif\">
<h2>{{ title }}</h2>
<p>{{ cause }}</p>
{% if items %}<ul>
{% for item in items %}<li><b>{{ item.severity }}</b> {{ item.title }} ({{ item.event }}): {{ item.cause }}</li>
{% endfor %}</ul>{% endif %}
<table>
{% if certificate_id %}<tr><td>Certificate</td><td>{{ certificate_id }}</td></tr>{% endif %}
{% if environment %}<tr><td>Environment</td><td>{{ environment }}</td></tr>{% endif %}
{% if team_id %}<tr><td>Team</td><td>{{ team_id }}</td></tr>{% endif %}
{% if owner_id %}<tr><td>Owner</td><td>{{ owner_id }}</td></tr>{% endif %}
</table>
<p><a href=\"{{ url }}\">Open in certctl</a></p>
</body></html>
";

/// The texts of a kind when nobody has written others.
pub fn built_in(kind: NotifierKind) -> Sources {
    let title = match kind {
        NotifierKind::Smtp | NotifierKind::Slack | NotifierKind::Teams => TITLE,
        // These show the severity by themselves.
        NotifierKind::Webhook | NotifierKind::Pagerduty | NotifierKind::Opsgenie => PLAIN_TITLE,
    };
    let html = (kind == NotifierKind::Smtp).then(|| HTML.to_owned());
    Sources { title: title.to_owned(), text: TEXT.to_owned(), html }
}

/// What a template can name, with what it is; [`sample`] has the same names.
pub const VARIABLES: [(&str, &str); 20] = [
    ("id", "The notification's id"),
    ("event", "opened, reminder, changed, escalated, acknowledged, closed, digest or test"),
    ("severity", "info, warning or critical"),
    ("kind", "What the alert is about, such as certificate_expiring"),
    ("title", "The alert in one line"),
    ("cause", "Why"),
    ("code", "Why, for a program"),
    ("params", "The facts of the alert, by name"),
    ("count", "How often it began or changed"),
    ("alert_id", "The alert's id"),
    ("dedup_key", "What makes it the same alert"),
    ("object_kind", "Kind of object, such as certificate"),
    ("object_id", "Which object"),
    ("certificate_id", "The certificate it concerns, or none"),
    ("owner_id", "Its owner, or none"),
    ("team_id", "Its team, or none"),
    ("environment", "Its environment, or none"),
    ("opened_at", "When it began"),
    ("url", "Where a person reads more"),
    ("items", "In a digest, what it holds: a list of event, severity, kind, title, cause, object_id"),
];

/// Facts to try a template with.
pub fn sample() -> Value {
    serde_json::json!({
        "id": "ne-sample",
        "event": NotificationEvent::Opened,
        "severity": AlertSeverity::Critical,
        "kind": "certificate_expiring",
        "title": "shop.example.com expires in 3 days",
        "cause": "it ends at 2026-03-04T12:00:00Z, and its last renewal failed",
        "code": "ends_soon",
        "params": { "not_after": "2026-03-04T12:00:00Z", "threshold": "3d" },
        "count": 1,
        "alert_id": "al-sample",
        "dedup_key": "certificate_expiring:mc-shop",
        "object_kind": "certificate",
        "object_id": "mc-shop",
        "certificate_id": "mc-shop",
        "owner_id": "o-shop",
        "team_id": "t-shop",
        "environment": "production",
        "opened_at": "2026-03-01T12:00:00Z",
        "url": "https://certctl.example.com/alerts/al-sample",
        "items": [],
    })
}

/// Checks that templates can be read and name what there is, by the sample, an end and a digest.
///
/// # Errors
/// Every template that cannot be used.
pub fn check(sources: &Sources) -> Result<(), Vec<TemplateError>> {
    let mut found: Vec<TemplateError> = Vec::new();
    for facts in [sample(), sparse_sample(), digest_sample()] {
        for part in parts(sources) {
            let Some((name, source)) = part else { continue };
            if found.iter().any(|error| error.part == name) {
                continue;
            }
            if let Err(error) = one(name, source, &facts) {
                found.push(error);
            }
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// What is not there of an alert that is about no certificate.
fn sparse_sample() -> Value {
    let mut facts = sample();
    for name in ["certificate_id", "owner_id", "team_id", "environment"] {
        facts[name] = Value::Null;
    }
    facts["params"] = serde_json::json!({ "not_after": null, "threshold": null });
    facts["event"] = serde_json::json!(NotificationEvent::Closed);
    facts
}

fn digest_sample() -> Value {
    let mut facts = sparse_sample();
    let item = sample();
    facts["event"] = serde_json::json!(NotificationEvent::Digest);
    facts["items"] = serde_json::json!([item]);
    facts
}

fn parts(sources: &Sources) -> [Option<(&'static str, &str)>; 3] {
    [
        Some(("title", sources.title.as_str())),
        Some(("text", sources.text.as_str())),
        sources.html.as_deref().map(|html| ("html", html)),
    ]
}

/// Writes the texts of a message.
///
/// # Errors
/// The first template that cannot be used.
pub fn render(sources: &Sources, facts: &Value) -> Result<Rendered, TemplateError> {
    let title = one("title", &sources.title, facts)?;
    let title = title.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let html = sources.html.as_deref().map(|html| one("html", html, facts)).transpose()?;
    Ok(Rendered { title: title.trim().to_owned(), text: one("text", &sources.text, facts)?, html })
}

fn one(part: &'static str, source: &str, facts: &Value) -> Result<String, TemplateError> {
    let wrong = |line, detail: String| TemplateError { part, line, detail };
    if source.chars().count() > MAX_SOURCE {
        return Err(wrong(None, format!("it has more than {MAX_SOURCE} letters")));
    }
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(20);
    environment.set_auto_escape_callback(
        |name| {
            if name == "html" { AutoEscape::Html } else { AutoEscape::None }
        },
    );
    let rendered = environment.render_named_str(part, source, minijinja::Value::from(Serde(facts)));
    let text = rendered.map_err(|error| {
        let kind = error.kind().to_string();
        let detail = match error.detail() {
            Some(detail) => format!("{kind}: {detail}"),
            None => kind,
        };
        wrong(error.line(), detail)
    })?;
    if text.len() > MAX_OUTPUT {
        return Err(wrong(None, format!("it makes more than {MAX_OUTPUT} bytes")));
    }
    if part == "title" && text.trim().is_empty() {
        return Err(wrong(None, "it makes an empty title".to_owned()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(title: &str, text: &str, html: Option<&str>) -> Sources {
        Sources { title: title.to_owned(), text: text.to_owned(), html: html.map(str::to_owned) }
    }

    #[test]
    fn the_built_in_templates_say_what_they_are_given() {
        for kind in NotifierKind::ALL {
            let sources = built_in(*kind);
            assert_eq!(check(&sources), Ok(()), "{kind}");
            let rendered = render(&sources, &sample()).unwrap();
            assert!(rendered.title.contains("shop.example.com expires"), "{}", rendered.title);
            assert!(rendered.text.contains("its last renewal failed"), "{}", rendered.text);
        }
        let mail = render(&built_in(NotifierKind::Smtp), &sample()).unwrap();
        assert!(mail.title.starts_with("[CRITICAL] "), "{}", mail.title);
    }

    #[test]
    fn the_list_of_names_is_that_of_the_facts() {
        let facts = sample();
        let mut names: Vec<&str> = facts.as_object().unwrap().keys().map(String::as_str).collect();
        let mut listed: Vec<&str> = VARIABLES.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        listed.sort_unstable();
        assert_eq!(names, listed);
    }

    #[test]
    fn values_are_escaped_in_html_only() {
        let mut facts = sample();
        facts["title"] = "<script>alert(1)</script>".into();
        let rendered = render(&sources("{{ title }}", "{{ title }}", Some("{{ title }}")), &facts).unwrap();
        assert_eq!(rendered.text, "<script>alert(1)</script>");
        assert_eq!(rendered.html.unwrap(), "&lt;script&gt;alert(1)&lt;&#x2f;script&gt;");
    }

    #[test]
    fn a_mistake_names_its_part_and_line() {
        let check = |text: &str, line: Option<usize>, part: &str| {
            let errors = check(&sources("{{ title }}", text, None)).unwrap_err();
            assert_eq!((errors[0].part, errors[0].line), ("text", line), "{}", errors[0]);
            assert!(errors[0].to_string().contains(part), "{}", errors[0]);
        };
        check("a\nb\n{{ nothing_here }}", Some(3), "undefined");
        check("a\n{% if %}", Some(2), "syntax");
        check(
            "{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}",
            Some(1),
            "fuel",
        );
        check(&"x".repeat(MAX_SOURCE + 1), None, "more than");
        assert_eq!(super::check(&sources("  ", "x", None)).unwrap_err()[0].part, "title");
    }

    #[test]
    fn a_title_is_one_line() {
        let rendered = render(&sources("a\nBcc: x@example.com", "x", None), &sample()).unwrap();
        assert_eq!(rendered.title, "a Bcc: x@example.com");
    }
}
