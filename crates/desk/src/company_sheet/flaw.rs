//! What can be wrong with a sheet of companies, in words.

use policy::{CreditCodeDoubt, CreditCodeError, FactError, FactFlaw, Field};
use sheet::{Fault, column_name};
use workflow::{Language, Text};

/// Something wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetMistake {
    /// The line of the sheet, from 1.
    pub line: u64,
    /// The column, from 1; nothing where it is the whole row.
    pub column: Option<usize>,
    /// What is wrong there.
    pub flaw: Flaw,
}

/// Says what can be wrong with a sheet of companies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// A column, or the whole sheet.
    Column(ColumnFlaw),
    /// A row, or a cell of it.
    Row(RowFlaw),
    /// Nothing certain: somebody must confirm that it is meant.
    Doubt(Doubt),
}

/// Says what can be wrong with the columns, or with the whole sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnFlaw {
    /// No column holds credit codes, none names.
    NoCompanies,
    /// No field is called so; the nearest name.
    NoField(String, Option<String>),
    /// A field that no company has: it is of an application, a person or a project.
    NotOfCompanies(Text),
    /// An earlier column holds the same.
    ColumnTwice(String, usize),
    /// The unit in a heading counts something else than the field: the field, its unit, what was found.
    HeadingUnit(Text, Option<String>, String),
    /// So many rows are wrong that the rest was not looked at.
    TooMany(usize),
}

/// Says what can be wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowFlaw {
    /// A row names no company.
    Nobody,
    /// A credit code that cannot be one.
    CreditCode(CreditCodeError),
    /// A company that is not known yet needs a credit code.
    NewWithoutCode(String),
    /// A company that is not known yet needs a name.
    NewWithoutName,
    /// Several known companies are called so.
    SeveralNamed(String),
    /// An earlier or later line has the same company, for the same day.
    CompanyTwice(u64),
    /// Another line says otherwise of the same field for the same day.
    Contradicts(Text, u64),
    /// A text that is no day.
    NoDay(String),
    /// A day that is still to come.
    Future(String),
    /// A cell that cannot be read.
    Unreadable(Fault),
    /// A code that was entered as a number, of which a workbook keeps 15 digits.
    LostDigits,
    /// A text that is longer than so many characters.
    TooLong(usize),
    /// None of the values of a field: the field, what was found, the nearest, and all, in English by their keys.
    NoValue(Text, String, Option<String>, Vec<Text>),
    /// A value that the field does not hold.
    Value(Text, FactFlaw),
}

/// Says what may be meant, and may be a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// The check characters of a credit code do not fit.
    CreditCodeDoubt(CreditCodeDoubt),
    /// The company with this credit code is known under another name.
    OtherName(String),
    /// A company of this name is known with another credit code.
    OtherCode(String),
    /// A share of more than one that was not written as a percentage.
    AboveOne(Text, String),
}

impl SheetMistake {
    /// Says where and what.
    #[must_use]
    pub fn said(&self, language: Language) -> String {
        let text = self.flaw.text();
        let said = text.get(language);
        let column = self.column.map(column_name);
        match (language, column) {
            (Language::Zh, Some(column)) => format!("第 {} 行 {column} 列：{said}", self.line),
            (Language::Zh, None) => format!("第 {} 行：{said}", self.line),
            (Language::En, Some(column)) => format!("line {}, column {column}: {said}", self.line),
            (Language::En, None) => format!("line {}: {said}", self.line),
        }
    }
}

impl Flaw {
    /// What is wrong and what is allowed, without the place.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Column(flaw) => flaw.text(),
            Self::Row(flaw) => flaw.text(),
            Self::Doubt(doubt) => doubt.text(),
        }
    }
}

impl ColumnFlaw {
    fn text(&self) -> Text {
        let (zh, en) = match self {
            Self::NoField(name, near) => {
                let near = meant(near.as_deref());
                (
                    format!("没有名为“{name}”的事项{}", near.zh),
                    format!("no field is called `{name}`{}", near.en),
                )
            }
            Self::NotOfCompanies(name) => (
                format!("“{}”不是企业的事实，属于申请、人员或项目，请删去此列", name.zh),
                format!(
                    "`{}` is no fact of a company but of an application, a person or a project; take the column out",
                    name.en
                ),
            ),
            Self::ColumnTwice(name, first) => (
                format!("“{name}”已在 {} 列", column_name(*first)),
                format!("column {} holds `{name}` already", column_name(*first)),
            ),
            Self::HeadingUnit(field, Some(wanted), found) => (
                format!("“{}”以{wanted}计，“{found}”不能换算成{wanted}", field.zh),
                format!("`{}` counts {wanted}, and `{found}` does not convert to it", field.en),
            ),
            Self::HeadingUnit(field, None, found) => (
                format!("“{}”没有单位，不能以“{found}”计", field.zh),
                format!("`{}` has no unit, it cannot count `{found}`", field.en),
            ),
            Self::TooMany(most) => (
                format!("有问题的行超过 {most} 行，以下各行未检查"),
                format!("more than {most} rows have mistakes; what follows was not looked at"),
            ),
            Self::NoCompanies => (
                "须有“统一社会信用代码”或“企业名称”列".to_owned(),
                "there must be a column `credit code` or `company name`".to_owned(),
            ),
        };
        Text::new(&zh, &en)
    }
}

impl RowFlaw {
    fn text(&self) -> Text {
        let (zh, en) = match self {
            Self::CreditCode(error) => (error.in_chinese(), error.to_string()),
            Self::NewWithoutCode(name) => (
                format!("没有名为“{name}”的企业；新企业须填统一社会信用代码"),
                format!("no company is called `{name}`; a new one needs its credit code"),
            ),
            Self::NewWithoutName => {
                ("新企业须填企业名称".to_owned(), "a new company needs its name".to_owned())
            }
            Self::SeveralNamed(name) => (
                format!("有多家企业名为“{name}”，请填统一社会信用代码"),
                format!("several companies are called `{name}`; say its credit code"),
            ),
            Self::CompanyTwice(line) => (
                format!("第 {line} 行是同一企业，日期也相同"),
                format!("line {line} is the same company for the same day"),
            ),
            Self::Contradicts(field, line) => (
                format!("“{}”与第 {line} 行不一致", field.zh),
                format!("`{}` is stated otherwise on line {line}", field.en),
            ),
            Self::NoDay(found) => (
                format!("应为日期，例如 2026-01-02，现为“{found}”"),
                format!("expected a day such as 2026-01-02, found \"{found}\""),
            ),
            Self::Future(day) => (format!("{day} 尚未到来"), format!("{day} is still to come")),
            Self::Unreadable(Fault::Error(error)) => {
                (format!("公式出错：{error}"), format!("the formula gave an error: {error}"))
            }
            Self::Unreadable(Fault::NotComputed) => (
                "公式没有结果，请在表格软件中打开并保存，或填写数值".to_owned(),
                "the formula has no result; open and save the file in a spreadsheet, or write the value"
                    .to_owned(),
            ),
            Self::Unreadable(Fault::NoDay) => {
                ("日历上没有这一天".to_owned(), "there is no such day".to_owned())
            }
            Self::LostDigits => (
                "此单元格按数字保存，末尾几位已丢失，请设为文本后重新填写".to_owned(),
                "the cell was kept as a number and its last digits are lost; make it a text and write it again"
                    .to_owned(),
            ),
            Self::TooLong(most) => (format!("不得超过 {most} 个字符"), format!("at most {most} characters")),
            Self::NoValue(field, found, near, all) => {
                let near = meant(near.as_deref());
                let list =
                    |language, comma| all.iter().map(|one| one.get(language)).collect::<Vec<_>>().join(comma);
                let (zh, en) = (list(Language::Zh, "、"), list(Language::En, ", "));
                (
                    format!("“{}”没有“{found}”这一选项{}；可选：{zh}", field.zh, near.zh),
                    format!("`{}`: \"{found}\" is none of its values{}; allowed: {en}", field.en, near.en),
                )
            }
            Self::Value(field, flaw) => {
                let error = |name: &str| FactError { field: name.to_owned(), flaw: flaw.clone() };
                (error(&field.zh).in_chinese(), error(&field.en).to_string())
            }
            Self::Nobody => (
                "须填统一社会信用代码或企业名称".to_owned(),
                "say the credit code or the name of the company".to_owned(),
            ),
        };
        Text::new(&zh, &en)
    }
}

impl Doubt {
    fn text(&self) -> Text {
        let (zh, en) = match self {
            Self::CreditCodeDoubt(doubt) => (doubt.in_chinese(), doubt.to_string()),
            Self::OtherName(known) => (
                format!("此代码的企业已登记为“{known}”，请确认是同一企业"),
                format!("the company with this code is known as `{known}`; confirm that it is the same"),
            ),
            Self::OtherCode(code) => (
                format!("已有同名企业，代码为 {code}，请确认不是同一企业"),
                format!("a company of this name has the code {code}; confirm that it is another"),
            ),
            Self::AboveOne(field, found) => (
                format!("“{}”为比例，{found} 大于 1，请确认；百分数写作 5% 或 0.05", field.zh),
                format!(
                    "`{}` is a share and {found} is above one; confirm it, or write 5% or 0.05",
                    field.en
                ),
            ),
        };
        Text::new(&zh, &en)
    }
}

/// Asks whether the nearest name was meant, if there is one.
fn meant(near: Option<&str>) -> Text {
    near.map_or_else(
        || Text::new("", ""),
        |near| Text::new(&format!("；是否指“{near}”"), &format!("; did you mean `{near}`")),
    )
}

/// What a field is called.
pub(super) fn label(field: &Field) -> Text {
    Text::new(&field.label.zh, &field.label.en)
}
