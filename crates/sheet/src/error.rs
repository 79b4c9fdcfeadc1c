//! Why bytes are no table.

use crate::column_name;
use crate::read::{
    MOST_BYTES, MOST_CELLS, MOST_COLUMNS, MOST_LETTERS, MOST_PARTS, MOST_ROWS, MOST_TEXT, MOST_UNPACKED,
};

/// Says why bytes are no table. Lines and columns count from 1, the header's line included.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// The bytes are too many; nothing was read.
    #[error("a table may have {MOST_BYTES} bytes, this one has {given}")]
    TooManyBytes {
        /// How many there are.
        given: usize,
    },
    /// There is a row too many.
    #[error("line {line}: a table may have {MOST_ROWS} rows; reading stopped here")]
    TooManyRows {
        /// Where the first row too many begins.
        line: u64,
    },
    /// There are too many columns.
    #[error("line {line}: a table may have {MOST_COLUMNS} columns, this one has {given}")]
    TooManyColumns {
        /// The line that has them.
        line: u64,
        /// How many they are.
        given: usize,
    },
    /// There are too many cells, empty ones between others included.
    #[error("line {line}: a table may have {MOST_CELLS} cells; reading stopped here")]
    TooManyCells {
        /// Where the first cell too many stands.
        line: u64,
    },
    /// The cells hold too much text together.
    #[error("line {line}: a table may have {MOST_TEXT} bytes of text; reading stopped here")]
    TooMuchText {
        /// Where the first text too many stands.
        line: u64,
    },
    /// A cell holds too much.
    #[error("line {line}, column {}: a cell may have {MOST_LETTERS} characters", column_name(*.column))]
    LongCell {
        /// The line.
        line: u64,
        /// The column.
        column: usize,
    },
    /// A UTF-16 byte order mark.
    #[error("the table is UTF-16; save it as .xlsx, or as CSV in UTF-8 or GBK")]
    Utf16,
    /// Bytes that are not in the encoding of the ones before.
    #[error("line {line}: the byte {byte} of this line is not {encoding}")]
    NotText {
        /// The line.
        line: u64,
        /// The byte within the line.
        byte: u64,
        /// What the bytes were read as: `UTF-8` because of the mark or the text they begin with, else `UTF-8 or GBK`.
        encoding: &'static str,
    },
    /// A program put marks where it did not know the characters.
    #[error("line {line}: characters are lost here (�); export the table again, in UTF-8 or GBK")]
    Lost {
        /// The line.
        line: u64,
    },
    /// Nothing but blank lines.
    #[error("the table is empty: a line must name the columns")]
    Empty,
    /// A column without a name that has cells.
    #[error("line {line}, column {}: the header has no name for this column", column_name(*.column))]
    Nameless {
        /// Where the header stands.
        line: u64,
        /// The column.
        column: usize,
    },
    /// A name that an earlier column has.
    #[error("line {line}, column {}: column {} is called `{name}` already", column_name(*.column), column_name(*.first))]
    Repeated {
        /// Where the header stands.
        line: u64,
        /// The later column.
        column: usize,
        /// The earlier column.
        first: usize,
        /// Their name.
        name: String,
    },
    /// A row with more or fewer cells than the header.
    #[error("line {line}, column {}: the header names {wanted} columns, this row has {found}", column_name(*.column))]
    Uneven {
        /// Where the row begins.
        line: u64,
        /// The first column that is missing or too many.
        column: usize,
        /// How many cells it should have.
        wanted: usize,
        /// How many it has.
        found: usize,
    },
    /// A quote that is never closed.
    #[error("line {line}, column {}: the quote that opens here is never closed", column_name(*.column))]
    OpenQuote {
        /// Where the row begins.
        line: u64,
        /// The column of the cell.
        column: usize,
    },
    /// A workbook of the time before 2007, or one with a password.
    #[error(
        "an .xls file or a workbook with a password is not read; save it as .xlsx without one, or as CSV"
    )]
    OldOrLocked,
    /// A workbook with macros.
    #[error("a workbook with macros is not read; save it as .xlsx")]
    Macros,
    /// A zip file that holds no workbook.
    #[error("this is no Excel workbook (.xlsx); save the table as .xlsx or as CSV")]
    NoBook,
    /// The parts of a workbook are too many.
    #[error("a workbook may have {MOST_PARTS} parts, this one has {given}")]
    TooManyParts {
        /// How many it has.
        given: usize,
    },
    /// A workbook is too big once it is unpacked. It was not kept.
    #[error("a workbook may have {MOST_UNPACKED} bytes when unpacked, this one has more")]
    TooBigUnpacked,
    /// A workbook is cut short or otherwise damaged.
    #[error("the workbook cannot be read: {what}; save it anew as .xlsx")]
    Broken {
        /// What is wrong with which part.
        what: String,
    },
    /// Cells below the header are merged, so that it cannot be known which of them the value is of.
    #[error("{area}: cells below the header are merged; separate them and repeat the value where it holds")]
    Merged {
        /// The cells, such as `B3:B7`.
        area: String,
    },
    /// A table that a workbook cannot hold.
    #[error("the table cannot be written as a workbook: {what}")]
    Unwritable {
        /// What it cannot hold.
        what: String,
    },
}

impl SheetError {
    /// Says the same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        let at = |line: &u64, column: &usize| format!("第 {line} 行 {} 列", column_name(*column));
        match self {
            Self::TooManyBytes { given } => format!("表格不得超过 {MOST_BYTES} 字节，现为 {given} 字节"),
            Self::TooManyRows { line } => format!("第 {line} 行：表格不得超过 {MOST_ROWS} 行"),
            Self::TooManyColumns { line, given } => {
                format!("第 {line} 行：表格不得超过 {MOST_COLUMNS} 列，现为 {given} 列")
            }
            Self::TooManyCells { line } => format!("第 {line} 行：表格不得超过 {MOST_CELLS} 个单元格"),
            Self::TooMuchText { line } => format!("第 {line} 行：表格的文字不得超过 {MOST_TEXT} 字节"),
            Self::LongCell { line, column } => {
                format!("{}：单元格不得超过 {MOST_LETTERS} 个字符", at(line, column))
            }
            Self::Utf16 => "表格为 UTF-16 编码，请另存为 .xlsx，或 UTF-8、GBK 编码的 CSV".into(),
            Self::NotText { line, byte, encoding } => {
                let encoding = encoding.replace(" or ", " 或 ");
                format!("第 {line} 行第 {byte} 个字节不是 {encoding} 编码")
            }
            Self::Lost { line } => format!("第 {line} 行有已丢失的字符（�），请以 UTF-8 或 GBK 重新导出"),
            Self::Empty => "表格为空：须有一行列名".into(),
            Self::Nameless { line, column } => format!("{}：此列有内容，但没有列名", at(line, column)),
            Self::Repeated { line, column, first, name } => {
                format!("{}：列名“{name}”与 {} 列重复", at(line, column), column_name(*first))
            }
            Self::Uneven { line, column, wanted, found } => {
                format!("{}：表头有 {wanted} 列，此行有 {found} 列", at(line, column))
            }
            Self::OpenQuote { line, column } => format!("{}：引号没有结束", at(line, column)),
            Self::OldOrLocked => "不支持 .xls 旧格式或带密码的工作簿，请另存为不带密码的 .xlsx 或 CSV".into(),
            Self::Macros => "不支持带宏的工作簿，请另存为 .xlsx".into(),
            Self::NoBook => "不是 Excel 工作簿（.xlsx），请将表格另存为 .xlsx 或 CSV".into(),
            Self::TooManyParts { given } => format!("工作簿不得超过 {MOST_PARTS} 个部件，现为 {given} 个"),
            Self::TooBigUnpacked => format!("工作簿解压后不得超过 {MOST_UNPACKED} 字节"),
            Self::Broken { what } => format!("工作簿无法读取（{what}），请重新另存为 .xlsx"),
            Self::Merged { area } => {
                format!("{area}：表头以下有合并的单元格，请取消合并，并在适用的各行填写")
            }
            Self::Unwritable { what } => format!("表格无法写成工作簿：{what}"),
        }
    }
}
