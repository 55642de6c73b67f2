//! Reads server-sent events (WHATWG HTML, section 9.2) as far as this API sends them.
//!
//! Not for: opening or resuming a stream (`client.rs`). Invariant: a line that is cut anywhere between two chunks is read
//! as if it were not.

use crate::events::StreamItem;

/// What has come of a stream and is not complete yet.
#[derive(Debug, Default)]
pub(crate) struct EventStream {
    line: Vec<u8>,
    kind: String,
    data: String,
}

impl EventStream {
    /// Takes a chunk; gives what it completes.
    ///
    /// # Errors
    /// Why an event's data cannot be read.
    pub(crate) fn push(&mut self, chunk: &[u8]) -> Result<Vec<StreamItem>, String> {
        let mut items = Vec::new();
        for byte in chunk {
            if *byte == b'\n' {
                let line = std::mem::take(&mut self.line);
                items.extend(self.line(String::from_utf8_lossy(&line).trim_end_matches('\r'))?);
            } else {
                self.line.push(*byte);
            }
        }
        Ok(items)
    }

    fn line(&mut self, line: &str) -> Result<Option<StreamItem>, String> {
        if line.is_empty() {
            return self.complete();
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => value.clone_into(&mut self.kind),
            "data" if self.data.is_empty() => value.clone_into(&mut self.data),
            "data" => {
                self.data.push('\n');
                self.data.push_str(value);
            }
            // Comments, and the id, which is also in the data.
            _ => {}
        }
        Ok(None)
    }

    fn complete(&mut self) -> Result<Option<StreamItem>, String> {
        let (kind, data) = (std::mem::take(&mut self.kind), std::mem::take(&mut self.data));
        if data.is_empty() {
            return Ok(None);
        }
        let item = match kind.as_str() {
            "reset" => serde_json::from_str(&data).map(StreamItem::Reset),
            _ => serde_json::from_str(&data).map(StreamItem::Event),
        };
        item.map(Some).map_err(|error| format!("an event cannot be read: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = ": here\n\nevent: reset\ndata: {\"oldest\":7}\n\nid: 7\nevent: job.changed\r\ndata: \
                        {\"seq\":7,\"id\":\"ev-1\",\"at\":\"2026-01-01T00:00:00Z\",\"kind\":\"job.changed\",\r\n\
                        data: \"object_kind\":\"job\",\"object_id\":\"job-1\",\"revision\":null,\"changed\":[],\"data\":{}}\r\n\r\n: still here\n\n";

    #[test]
    fn events_and_resets_are_read_however_the_chunks_are_cut() {
        for size in [1, 2, 7, TEXT.len()] {
            let mut stream = EventStream::default();
            let items: Vec<StreamItem> =
                TEXT.as_bytes().chunks(size).flat_map(|chunk| stream.push(chunk).unwrap()).collect();
            let [StreamItem::Reset(reset), StreamItem::Event(event)] = &items[..] else {
                panic!("{items:?}")
            };
            assert_eq!((reset.oldest, event.seq, event.object_id.as_str()), (7, 7, "job-1"));
        }
    }

    #[test]
    fn data_that_is_no_event_is_an_error() {
        let error = EventStream::default().push(b"data: {}\n\n").unwrap_err();
        assert!(error.contains("missing field"), "{error}");
    }
}
