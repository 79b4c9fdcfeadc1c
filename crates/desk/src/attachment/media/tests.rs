use super::{Media, TextCheck};

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// What a content is taken for that was announced as `name`.
fn lie(name: &str, content: &[u8]) -> Option<String> {
    let mut text = TextCheck::default();
    text.feed(content);
    let media = Media::find(name).unwrap();
    media.lie(content, content, media.is_text() && text.is_text())
}

/// A zip archive as far as names go: an entry of each, and the list of them at its end.
fn zip(names: &[&str]) -> Vec<u8> {
    let local = names.iter().map(|name| format!("PK\x03\x04 header {name} content "));
    let listed = names.iter().map(|name| format!("PK\x01\x02 header {name}"));
    local.chain(listed).collect::<String>().into_bytes()
}

#[test]
fn a_file_is_what_its_content_is() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    assert_eq!(lie("image/png", png), None);
    assert_eq!(lie("application/pdf", png), Some("image/png".into()));
    assert_eq!(lie("text/plain", png), Some("image/png".into()));
    assert_eq!(lie("application/pdf", b"%PDF-1.7\n"), None);
    assert_eq!(lie("text/plain", b"%PDF-1.7\n"), Some("application/pdf".into()));
    assert_eq!(lie("image/jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF"), None);
    assert_eq!(lie("image/gif", b"GIF89a\x01\0\x01\0"), None);
    assert_eq!(lie("image/webp", b"RIFF\x24\0\0\0WEBPVP8 "), None);
    assert_eq!(lie("image/png", b"hello"), Some("application/octet-stream".into()));
    let elf = [&b"\x7fELF\x02\x01\x01"[..], &[0; 64]].concat();
    assert_eq!(lie("application/pdf", &elf), Some("application/x-executable".into()));
    assert_eq!(lie("image/png", b""), Some("application/octet-stream".into()));
}

#[test]
fn an_office_file_is_no_other_archive() {
    // As one editor writes them, and as another.
    assert_eq!(lie(DOCX, &zip(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"])), None);
    assert_eq!(lie(DOCX, &zip(&["docProps/custom.xml", "word/document.xml", "[Content_Types].xml"])), None);
    assert_eq!(lie(DOCX, &zip(&["a.exe", "b.exe"])), Some("application/zip".into()));
    assert_eq!(lie(DOCX, &zip(&["word/document.xml"])), Some("application/zip".into()));
    let sheet = lie(DOCX, &zip(&["[Content_Types].xml", "xl/workbook.xml"])).unwrap();
    assert!(sheet.ends_with("spreadsheetml.sheet"), "{sheet}");
    assert_eq!(lie("text/plain", &zip(&["a"])), Some("application/zip".into()));
}

#[test]
fn what_a_browser_would_run_is_no_text() {
    for page in [
        "<!DOCTYPE html><title>x</title>",
        "  \n<html >",
        "<script >alert(1)</script>",
        "\u{feff}<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        "<?xml version='1.0'?><svg/>",
        "<SVG/onload=alert(1)>",
    ] {
        for name in ["text/plain", "text/csv"] {
            assert_eq!(lie(name, page.as_bytes()), Some("text/html, image/svg+xml".into()), "{page}");
        }
        assert!(lie("image/png", page.as_bytes()).is_some(), "{page}");
    }
}

#[test]
fn a_text_is_utf_8_without_control_characters_wherever_it_is_cut() {
    assert_eq!(lie("text/csv", "编号,企业\r\n1,甲\n".as_bytes()), None);
    assert_eq!(lie("text/plain", "BMW 维修记录".as_bytes()), None, "not a bitmap");
    for bad in [&b"\xc4\xe3\xba\xc3"[..], b"a\0b", b"a\x1b[31mb", b"\xe7\xbc"] {
        assert_eq!(lie("text/plain", bad), Some("application/octet-stream".into()), "{bad:?}");
    }
    for cut in 1..9 {
        let mut check = TextCheck::default();
        "编号😀".as_bytes().chunks(cut).for_each(|part| check.feed(part));
        assert!(check.is_text(), "{cut}");
    }
}

#[test]
fn names_end_as_their_kind_does_and_hide_nothing() {
    let fault =
        |kind: &str, name: &str| Media::find(kind).unwrap().name_fault(name).map(|fault| fault.code());
    assert_eq!(fault("image/jpeg", "现场.JPG"), None);
    assert_eq!(fault("text/plain", "../../etc/passwd.txt"), None, "a name is no path");
    for name in ["run.bat", "a.txt.exe", "txt", "a.csv", ""] {
        assert_eq!(fault("text/plain", name), Some("NO_SUCH_CHOICE"), "{name}");
    }
    assert_eq!(fault("text/plain", "a\u{202e}fdp.txt"), Some("CONTROL_CHARACTER"));
    assert!(Media::find("image/svg+xml").is_none() && Media::find("text/html").is_none());
}
