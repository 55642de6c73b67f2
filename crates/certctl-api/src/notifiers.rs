//! Notifiers: channels that tell people of alerts.

use certctl_core::id::{AlertId, NotifierId};
use certctl_core::notification::{Digest, NotifierKind, Routing};
use certctl_core::time::Ts;
use serde_json::Value;

answer! {
    /// A channel.
    pub struct Notifier {
        /// Id.
        pub id: NotifierId,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// What it is.
        pub kind: NotifierKind,
        /// Whether it is told of anything.
        pub enabled: bool,
        /// By the schema of its kind, without the secrets.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub config: Value,
        /// The secret fields of the configuration that are set. Their values are never shown.
        pub secrets: Vec<String>,
        /// Which alerts it is told of.
        pub routing: Routing,
        /// Whether, and when, what it is told is collected into one message.
        pub digest: Option<Digest>,
        /// Whether it has texts of its own.
        pub own_template: bool,
        /// How it is doing.
        pub health: NotifierHealth,
        /// When it was made.
        pub created_at: Ts,
        /// When it was last changed.
        pub updated_at: Ts,
        /// Counts changes; the `ETag`.
        pub revision: i64,
    }

    /// How a channel is doing.
    pub struct NotifierHealth {
        /// Whether its last try was confirmed, or there was none yet.
        pub ok: bool,
        /// Since when every try failed.
        pub failing_since: Option<Ts>,
        /// When a delivery was given up since then.
        pub gave_up_at: Option<Ts>,
        /// What the last failure was.
        pub last_error: Option<String>,
        /// When its receiver last confirmed a message.
        pub last_sent_at: Option<Ts>,
        /// Its receiver asked to be left alone until then.
        pub hold_until: Option<Ts>,
        /// When what is collected is sent.
        pub digest_at: Option<Ts>,
    }

    /// A kind of channel.
    pub struct NotifierKindInfo {
        /// Its word.
        pub kind: NotifierKind,
        /// For people.
        pub title: String,
        /// JSON Schema of `config`; `x-order` and `x-group` say how a form shows it, `x-secret` what is never shown.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub schema: Value,
    }

    /// The texts of a channel's messages, as templates (minijinja).
    pub struct NotifierTemplate {
        /// One line.
        pub title: String,
        /// More lines.
        pub text: String,
        /// As HTML; mail only.
        pub html: Option<String>,
        /// The parts that are the channel's own: `title`, `text`, `html`; the others are built in.
        pub own: Vec<String>,
        /// What a template can name.
        pub variables: Vec<TemplateVariable>,
        /// The notifier's revision; the `ETag`.
        pub revision: i64,
    }

    /// A name in templates.
    pub struct TemplateVariable {
        /// The name.
        pub name: String,
        /// What it is.
        pub about: String,
    }

    /// A message as a channel would show it.
    pub struct RenderedMessage {
        /// One line.
        pub title: String,
        /// More lines.
        pub text: String,
        /// As HTML; mail only.
        pub html: Option<String>,
    }
}

request! {
    /// A new channel.
    pub struct CreateNotifier {
        /// An id of the caller's choice; one is made when absent.
        #[serde(default)]
        pub id: Option<NotifierId>,
        /// A name for people, 1 to 200 letters.
        pub name: String,
        /// What it is; `GET /notifier-kinds` lists them.
        pub kind: NotifierKind,
        /// Whether it is told of anything; it is when absent.
        #[serde(default)]
        pub enabled: Option<bool>,
        /// By the schema of its kind, secrets included.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub config: Value,
        /// Which alerts it is told of; all when absent.
        #[serde(default)]
        pub routing: Option<Routing>,
        /// Collects what it is told into one message.
        #[serde(default)]
        pub digest: Option<Digest>,
    }

    /// A change (JSON merge patch, RFC 7396); what is absent stays as it is.
    pub struct UpdateNotifier {
        /// A name for people, 1 to 200 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// Whether it is told of anything.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub enabled: Option<bool>,
        /// By the schema of its kind; replaced as a whole, but secrets that it does not name stay, and `null` removes one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
        pub config: Option<Value>,
        /// Which alerts it is told of; replaced as a whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub routing: Option<Routing>,
        /// When it sends what it collects; `null`: each message at once.
        #[serde(default, with = "crate::certificates::nullable", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<Digest>))]
        pub digest: Option<Option<Digest>>,
    }

    /// The texts of a channel's messages; an absent part is the built-in one.
    pub struct PutNotifierTemplate {
        /// One line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub title: Option<String>,
        /// More lines.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub text: Option<String>,
        /// As HTML; mail only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub html: Option<String>,
    }

    /// Templates to try; an absent part is the notifier's present one.
    pub struct PreviewNotifierTemplate {
        /// One line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub title: Option<String>,
        /// More lines.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub text: Option<String>,
        /// As HTML; mail only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub html: Option<String>,
        /// With this alert; with a made-up one when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub alert_id: Option<AlertId>,
    }
}
