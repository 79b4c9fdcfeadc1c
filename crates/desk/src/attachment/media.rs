//! The kinds of file a case may carry, and what a file really is: told by its content, never by its name.
use workflow::Fault;

/// How much of a file's beginning tells what it is.
pub(crate) const HEAD: usize = 4 * 1024;
/// How much of its end does: the list of what is in an archive, of thousands of parts at the most.
pub(crate) const TAIL: usize = 256 * 1024;

/// A kind of file that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Media {
    /// Its name (RFC 6838).
    pub(crate) name: &'static str,
    /// What names of such files end with: what people open by a click must be what it was examined as.
    extensions: &'static [&'static str],
    /// The part that makes an archive one of these.
    main_part: Option<&'static str>,
}

/// Every kind that is taken. What a browser would run, HTML and SVG above all, is not among them.
const TAKEN: [Media; 10] = [
    Media::plain("application/pdf", &[".pdf"]),
    Media::plain("image/png", &[".png"]),
    Media::plain("image/jpeg", &[".jpg", ".jpeg"]),
    Media::plain("image/gif", &[".gif"]),
    Media::plain("image/webp", &[".webp"]),
    Media {
        name: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        extensions: &[".docx"],
        main_part: Some("word/document.xml"),
    },
    Media {
        name: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        extensions: &[".xlsx"],
        main_part: Some("xl/workbook.xml"),
    },
    Media {
        name: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        extensions: &[".pptx"],
        main_part: Some("ppt/presentation.xml"),
    },
    Media::plain("text/plain", &[".txt"]),
    Media::plain("text/csv", &[".csv"]),
];

impl Media {
    const fn plain(name: &'static str, extensions: &'static [&'static str]) -> Self {
        Self { name, extensions, main_part: None }
    }

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
    pub(crate) fn lie(self, head: &[u8], tail: &[u8], text: bool) -> Option<String> {
        let known = archive(head, tail).or_else(|| infer::get(head).map(|kind| kind.mime_type()));
        let honest = match known {
            Some(found) if !self.is_text() => found == self.name,
            // A text may begin like a picture: `BM` is a bitmap's mark and a car maker's name.
            Some(found) => text && !runs(head) && TAKEN.iter().all(|media| media.name != found),
            None => self.is_text() && text && !runs(head),
        };
        let found = match known {
            _ if runs(head) => "text/html, image/svg+xml",
            Some(found) => found,
            None if text => "text/plain",
            None => "application/octet-stream",
        };
        (!honest).then(|| found.to_owned())
    }
}

/// What an archive is (ECMA-376, part 2): an Office file lists its types of content and its main part.
fn archive(head: &[u8], tail: &[u8]) -> Option<&'static str> {
    if !head.starts_with(b"PK\x03\x04") {
        return None;
    }
    let lists = |name: &str| tail.windows(name.len()).any(|window| window == name.as_bytes());
    let main = TAKEN.iter().find(|media| media.main_part.is_some_and(lists));
    let office = main.filter(|_| lists("[Content_Types].xml"));
    Some(office.map_or("application/zip", |media| media.name))
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
