//! Sheets of companies over HTTP: `PUT /imports/TOKEN` brings one that is awaited, `GET /imports/ID` fetches what is wrong
//! with it, `GET /companies.xlsx` and `.csv` what is known, `GET /companies-template.xlsx` and `.csv` an empty one.
use crate::attachments::ESCAPED;
use crate::schema::NodeId;
use crate::session::{Sessions, answer, failed, language, unable};
use desk::{Caller, Desk, SheetFile, SheetFormat};
use percent_encoding::utf8_percent_encode;
use poem::http::{StatusCode, header};
use poem::{Body, Endpoint, Request, Response, Result};
use serde_json::json;
use std::ffi::OsStr;
use std::path::Path;

/// `PUT /imports/TOKEN`.
pub(crate) struct Bring(pub(crate) Desk);

impl Endpoint for Bring {
    type Output = Response;

    /// The token is the right to bring the sheet: no cookie is asked for, so that no other site can lend one.
    async fn call(&self, mut request: Request) -> Result<Response> {
        let token = request.raw_path_param("key").unwrap_or_default().to_owned();
        let language = language(request.headers(), None);
        let content = request.take_body().into_async_read();
        Ok(match self.0.import_upload(&token, content).await {
            Ok(Ok(import)) => answer(
                StatusCode::CREATED,
                &json!({"id": NodeId::Import(import.id).encode().as_str(), "sha256": import.digest}),
            ),
            Ok(Err(refused)) => {
                failed(crate::attachments::status(&refused), refused.code(), &refused.message(language))
            }
            Err(error) => unable(&error, "a sheet could not be taken in"),
        })
    }
}

/// Which sheet is fetched.
#[derive(Clone, Copy)]
pub(crate) enum Sheet {
    /// What is wrong with an import.
    Errors,
    /// What is known.
    Known(SheetFormat),
    /// An empty one.
    Template(SheetFormat),
}

/// A sheet to be fetched.
pub(crate) struct Fetch(pub(crate) Sessions, pub(crate) Sheet);

impl Endpoint for Fetch {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let caller = match self.0.reader(request.headers(), ("Query", "companyImport")).await {
            Ok(caller) => caller,
            Err(refused) => return Ok(refused),
        };
        let language = language(request.headers(), Some(&caller));
        let made = self.made(&caller, &request, language).await;
        Ok(match made {
            Ok(Some(file)) => handed_out(file),
            Ok(None) => failed(StatusCode::NOT_FOUND, "NO_SUCH_IMPORT", "there is no such import"),
            Err(error) => unable(&error, "a sheet could not be made"),
        })
    }
}

impl Fetch {
    async fn made(
        &self,
        caller: &Caller,
        request: &Request,
        language: workflow::Language,
    ) -> std::result::Result<Option<SheetFile>, desk::DeskError> {
        let desk = self.0.desk();
        match self.1 {
            Sheet::Known(format) => desk.sheet_export(caller, format, language).await.map(Some),
            Sheet::Template(format) => desk.sheet_template(caller, format, language).await.map(Some),
            Sheet::Errors => {
                let id = request.raw_path_param("key").unwrap_or_default().to_owned();
                desk.sheet_errors(caller, NodeId::import(&id.into()), language).await
            }
        }
    }
}

fn handed_out(file: SheetFile) -> Response {
    let name = utf8_percent_encode(file.name, ESCAPED);
    let kind = if Path::new(file.name).extension() == Some(OsStr::new("csv")) {
        "text/csv; charset=utf-8"
    } else {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    };
    Response::builder()
        .header(header::CONTENT_TYPE, kind)
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}"))
        .header(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; frame-ancestors 'none'")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header("cross-origin-resource-policy", "same-origin")
        .header(header::CACHE_CONTROL, "private, no-store")
        .body(Body::from(file.content))
}
