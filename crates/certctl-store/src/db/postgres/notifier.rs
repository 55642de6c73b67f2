//! Carries topics between processes on one PostgreSQL, by LISTEN and NOTIFY on one connection.
//!
//! Topics are sent after their commit and gathered for a few milliseconds. Why not inside the transaction:
//! PostgreSQL holds one lock for the whole cluster while a transaction with NOTIFY commits, so all such commits
//! would queue. The price is that a crash between commit and NOTIFY loses the topic; every listener also looks by
//! itself from time to time. Kept: after a lost connection listeners hear [`RESYNC`], since topics may be missing.

use std::{sync::Arc, time::Duration};

use tokio::sync::mpsc;
use tokio_postgres::{AsyncMessage, Notification};

use super::connect::{Background, Connector, NoConnection};
use crate::db::bell::{Bell, Outbound, RESYNC};

/// How long topics are gathered.
const GATHER: Duration = Duration::from_millis(5);
/// The longest pause before the connection is tried again.
const MAX_PAUSE: Duration = Duration::from_secs(5);

const SEND: &str = "-- notifier.send\nSELECT pg_notify('certctl', topic)\nFROM unnest($1::TEXT[]) AS topic";

/// Why a connection is no longer used.
enum Ended {
    Stopped,
    Lost,
}

/// Runs until it is told to stop.
pub(crate) fn run(connector: &Arc<Connector>, bell: &Bell, mut outbound: mpsc::UnboundedReceiver<Outbound>) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(error = %error, "Other processes are not told of changes: no event loop: {error}");
            return;
        }
    };
    runtime.block_on(async {
        let mut waiting = Vec::new();
        let mut pause = Duration::from_millis(50);
        let mut first = true;
        loop {
            match connected(connector, bell, &mut outbound, &mut waiting, first, &mut pause).await {
                Ok(Ended::Stopped) => return,
                Ok(Ended::Lost) => {}
                Err(NoConnection::Never(error) | NoConnection::Later(error)) => {
                    tracing::warn!(error = %error, "Other processes are not told of changes for now: {error}");
                }
            }
            first = false;
            if !wait(&mut outbound, &mut waiting, pause).await {
                return;
            }
            pause = (pause * 2).min(MAX_PAUSE);
        }
    });
}

/// Waits, still taking topics in; `false` when it is time to stop.
async fn wait(
    outbound: &mut mpsc::UnboundedReceiver<Outbound>,
    waiting: &mut Vec<String>,
    pause: Duration,
) -> bool {
    let end = tokio::time::sleep(pause);
    tokio::pin!(end);
    loop {
        tokio::select! {
            () = &mut end => return true,
            message = outbound.recv() => match message {
                Some(Outbound::Topics(topics)) => add(waiting, topics),
                Some(Outbound::Stop) | None => return false,
            },
        }
    }
}

async fn connected(
    connector: &Connector,
    bell: &Bell,
    outbound: &mut mpsc::UnboundedReceiver<Outbound>,
    waiting: &mut Vec<String>,
    first: bool,
    pause: &mut Duration,
) -> Result<Ended, NoConnection> {
    let (sender, mut inbound) = mpsc::unbounded_channel();
    let client = connector.connect(Inbound(sender)).await?;
    let lost = |error: tokio_postgres::Error| {
        tracing::debug!(error = %error, "The connection for notifications was lost: {error}");
        Ended::Lost
    };
    let ready = async {
        // It waits for others by nature.
        client.batch_execute("SET statement_timeout = 0; LISTEN certctl").await?;
        let own: i32 = client.query_one("-- notifier.pid\nSELECT pg_backend_pid()", &[]).await?.try_get(0)?;
        Ok((own, client.prepare(SEND).await?))
    };
    let (own, send) = match ready.await {
        Ok(ready) => ready,
        Err(error) => return Ok(lost(error)),
    };
    *pause = Duration::from_millis(50);
    if !first {
        bell.heard(RESYNC.to_owned());
    }
    let mut stop = false;
    loop {
        if !waiting.is_empty() {
            if let Err(error) = client.execute(&send, &[&*waiting]).await {
                return Ok(lost(error));
            }
            waiting.clear();
        }
        if stop {
            return Ok(Ended::Stopped);
        }
        tokio::select! {
            message = outbound.recv() => match message {
                Some(Outbound::Topics(topics)) => {
                    add(waiting, topics);
                    stop = !wait(outbound, waiting, GATHER).await;
                }
                Some(Outbound::Stop) | None => stop = true,
            },
            notification = inbound.recv() => match notification {
                // Our own were heard at once, without the way over the server.
                Some(notification) if notification.process_id() == own => {}
                Some(notification) => bell.heard(notification.payload().to_owned()),
                None => return Ok(Ended::Lost),
            },
        }
    }
}

fn add(waiting: &mut Vec<String>, topics: Vec<String>) {
    for topic in topics {
        if !waiting.contains(&topic) {
            waiting.push(topic);
        }
    }
}

struct Inbound(mpsc::UnboundedSender<Notification>);

impl Background for Inbound {
    fn drive<S, T>(self, mut connection: tokio_postgres::Connection<S, T>)
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
        T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        // Ends with the connection; the closed channel tells.
        tokio::spawn(async move {
            while let Some(Ok(message)) =
                std::future::poll_fn(|context| connection.poll_message(context)).await
            {
                if let AsyncMessage::Notification(notification) = message {
                    drop(self.0.send(notification));
                }
            }
        });
    }
}
