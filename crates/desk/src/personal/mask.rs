//! What staff see of addresses and numbers that reach somebody or say who they are, until they ask for more.

/// From how many digits on a number is one of a telephone or of an identity card. Shorter ones reach nobody from outside.
const DIGITS_LEAST: usize = 7;
/// From how many digits on the last four are shown; of shorter ones the last two.
const DIGITS_MANY: usize = 11;
/// How many characters at most lie between two digits of a number.
const JOINTS_MOST: usize = 2;

/// A text as others see it: of every address the first letter and where it is, of every number of seven digits or more
/// the first three and the last four digits, of short ones the last two. The rest is shown as it is.
#[must_use]
pub fn masked(text: &str) -> String {
    numbers_masked(&addresses_masked(text))
}

fn addresses_masked(text: &str) -> String {
    let (mut shown, mut name) = (String::with_capacity(text.len()), String::new());
    for character in text.chars() {
        if matches!(character, '@' | '\u{ff20}') {
            shown.extend(name.chars().take(1));
            shown.push_str("***");
            shown.push(character);
            name.clear();
        } else if ends_a_word(character) {
            shown.push_str(&name);
            shown.push(character);
            name.clear();
        } else {
            name.push(character);
        }
    }
    shown + &name
}

fn ends_a_word(character: char) -> bool {
    character.is_whitespace() || ",;:<>()[]\"'，；：、（）【】《》“”".contains(character)
}

fn numbers_masked(text: &str) -> String {
    let (mut shown, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.find(char::is_numeric) {
        let (before, from) = rest.split_at(start);
        let (number, after) = from.split_at(number_length(from));
        shown.push_str(before);
        number_masked(&mut shown, number);
        rest = after;
    }
    shown + rest
}

/// How many bytes the number takes with which a text begins.
fn number_length(text: &str) -> usize {
    let (mut end, mut joints) = (0, 0);
    for (at, character) in text.char_indices() {
        if character.is_numeric() {
            (end, joints) = (at + character.len_utf8(), 0);
        } else if joints < JOINTS_MOST
            && " -+./()（）\u{2010}\u{2011}\u{2013}\u{2014}\u{a0}".contains(character)
        {
            joints += 1;
        } else {
            break;
        }
    }
    end
}

fn number_masked(shown: &mut String, number: &str) {
    let digits = number.chars().filter(|character| character.is_numeric()).count();
    if digits < DIGITS_LEAST {
        return shown.push_str(number);
    }
    let last = if digits < DIGITS_MANY { 2 } else { 4 };
    let mut place = 0;
    for character in number.chars() {
        if character.is_numeric() {
            place += 1;
        }
        let hidden = character.is_numeric() && place > 3 && place + last <= digits;
        shown.push(if hidden { '*' } else { character });
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn an_address_is_shown_in_part_wherever_it_stands() {
        for (text, shown) in [
            ("wang@example.com", "w***@example.com"),
            ("王@example.com", "王***@example.com"),
            ("@x", "***@x"),
            ("clerk", "clerk"),
            ("写给 wang@a.example、li@b.example。", "写给 w***@a.example、l***@b.example。"),
            ("a@b@c", "a***@b***@c"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }

    #[test]
    fn numbers_of_telephones_and_identity_cards_are_shown_in_part_and_short_ones_whole() {
        for (text, shown) in [
            ("13812345678", "138****5678"),
            ("+86 138 1234 5678", "+86 1** **** 5678"),
            ("0571-0000-0101", "057*-****-0101"),
            ("86001234", "860***34"),
            ("(0571) 8600 1234", "(057*) **** 1234"),
            ("33010619900101123X", "330**********1123X"),
            ("１３８１２３４５６７８", "１３８****５６７８"),
            ("方启然 13812345678，分机 601", "方启然 138****5678，分机 601"),
            ("13812345678 转 13912345678", "138****5678 转 139****5678"),
            ("2026-11-23", "202*-**-23"),
            ("110", "110"),
            ("", ""),
        ] {
            assert_eq!(masked(text), shown);
        }
    }
}
