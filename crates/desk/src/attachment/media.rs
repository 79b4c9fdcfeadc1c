//! The kinds of file a case may carry, and what a file really is: told by its content, never by its name.
use workflow::Fault;

/// How much of a file's beginning tells what it is: the entries of an Office file that matter lie within it.
pub(crate) const HEAD: usize = 16 * 1024;

/// A kind of file that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Media {
    /// Its name (RFC 6838).
    pub(crate) name: &'static str,
    /// What names of such files end with: what people open by a click must be what it was examined as.
    extensions: &'static [&'static str],
}

/// Every kind that is taken. What a browser would run, HTML and SVG above all, is not among them.
const TAKEN: [Media; 10] = [
    Media { name: "application/pdf", extensions: &[".pdf"] },
    Media { name: "image/png", extensions: &[".png"] },
    Media { name: "image/jpeg", extensions: &[".jpg", ".jpeg"] },
    Media { name: "image/gif", extensions: &[".gif"] },
    Media { name: "image/webp", extensions: &[".webp"] },
    Media {
        name: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        extensions: &[".docx"],
    },
    Media {
        name: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        extensions: &[".xlsx"],
    },
    Media {
        name: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        extensions: &[".pptx"],
    },
    Media { name: "text/plain", extensions: &[".txt"] },
    Media { name: "text/csv", extensions: &[".csv"] },
];

impl Media {
    /// Finds a kind by its name.
    pub(crate) fn find(name: &str) -> Option<Self> {
        TAKEN.into_iter().find(|media| media.name == name)
    }

    /// What is wrong with a name that no kind has.
    pub(crate) fn unknown() -> Fault {
        Fault::NoSuchChoice { choices: TAKEN.iter().map(|media| media.name.into()).collect() }
    }

    /// What is wrong with a file's name: its end, or a character that shows it otherwise than it is.
    pub(crate) fn name_fault(self, name: &str) -> Option<Fault> {
        let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if let Some(at) = name.chars().position(turns) {
            return Some(Fault::ControlCharacter { at: at + 1 });
        }
        let name = name.trim().to_ascii_lowercase();
        let fits = self.extensions.iter().any(|extension| name.ends_with(extension));
        (!fits)
            .then(|| Fault::NoSuchChoice { choices: self.extensions.iter().map(|&end| end.into()).collect() })
    }

    /// Whether such files are text all through.
    pub(crate) fn is_text(self) -> bool {
        self.name.starts_with("text/")
    }

    /// What a file is instead, if it is not of this kind. `text` says whether all of it is text in UTF-8.
    pub(crate) fn lie(self, head: &[u8], text: bool) -> Option<String> {
        let found = infer::get(head).map(|kind| kind.mime_type());
        let honest = match found {
            Some(found) if !self.is_text() => found == self.name,
            // A text may begin like a picture: `BM` is a bitmap's mark and a car maker's name.
            Some(found) => text && !runs(head) && TAKEN.iter().all(|media| media.name != found),
            None => self.is_text() && text && !runs(head),
        };
        let found = match found {
            _ if runs(head) => "text/html, image/svg+xml",
            Some(found) => found,
            None if text => "text/plain",
            None => "application/octet-stream",
        };
        (!honest).then(|| found.to_owned())
    }
}

/// Whether a browser that guesses would take it for a page or a drawing with scripts.
fn runs(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let svg = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"<svg"));
    svg || infer::is(text, "html") || infer::is(text, "xml")
}

/// Looks whether bytes that come piece by piece are text in UTF-8.
#[derive(Debug, Default)]
pub(crate) struct TextCheck {
    broken: bool,
    /// The beginning of a character whose end has not come yet.
    open: Vec<u8>,
}

impl TextCheck {
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        if self.broken {
            return;
        }
        self.open.extend_from_slice(bytes);
        let (valid, rest) = match std::str::from_utf8(&self.open) {
            Ok(_) => (self.open.len(), false),
            // Without a length the end is missing, with one the character is wrong.
            Err(error) => (error.valid_up_to(), error.error_len().is_some()),
        };
        let control = |byte: &u8| *byte == 0x7f || (*byte < 0x20 && !b"\t\n\r\x0c".contains(byte));
        self.broken = rest || self.open.iter().take(valid).any(control);
        self.open.drain(..valid);
    }

    pub(crate) fn is_text(&self) -> bool {
        !self.broken && self.open.is_empty()
    }
}

#[cfg(test)]
mod tests;
