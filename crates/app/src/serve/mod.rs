//! `serve`: the listeners and the loops, until the program is told to stop.
mod documents;
mod loops;
mod metrics;

use crate::clock::Clock;
use crate::logging;
use crate::parts::{Failure, Place, desk};
use ::desk::{Desk, Store, demonstration};
use ipnet::IpNet;
use jiff::Timestamp;
use loops::Loops;
use metrics::Metrics;
use notify::{Secrets, Sender, Transport, Worker};
use poem::Server;
use poem::listener::{Acceptor, Listener, TcpAcceptor, TcpListener};
use service::{Readiness, Settings, routes};
use std::io::Write as _;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// How long the program still listens once it is told to stop, saying at `/readyz` that it leaves: whoever sends it
/// requests hears that first.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long requests under way may take after that.
const DRAIN: Duration = Duration::from_secs(10);

/// Reads a network, or an address as the network of itself.
fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    let network = text.parse::<IpNet>().or_else(|_| address());
    network
        .map_err(|_| "an address such as 192.0.2.7 was expected, or a network such as 10.0.0.0/8".to_owned())
}

/// Serves the desk.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    place: Place,
    /// Where the API listens; port 0 picks a free one.
    #[arg(long, env = "QXE_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: String,
    /// Where metrics and, with --clock, the virtual clock listen. Keep it from the public.
    #[arg(long, env = "QXE_METRICS_LISTEN", value_name = "ADDR")]
    metrics_listen: Option<String>,
    /// How people reach the desk; https binds cookies to it.
    #[arg(long, env = "QXE_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// A proxy in front of the desk, or the network it is in (10.0.0.0/8), which is believed when it says where a request
    /// comes from (X-Forwarded-For); give it once per proxy. Without it everybody behind one shares what an address may
    /// try.
    #[arg(long = "proxy", env = "QXE_PROXIES", value_delimiter = ',', value_name = "NETWORK", value_parser = network)]
    proxies: Vec<IpNet>,
    /// Points of cost that a token may spend a second, with at least twenty seconds' worth at once; a person twice as
    /// many; 0 for no limit.
    #[arg(long, env = "QXE_RATE", default_value_t = 100, value_name = "POINTS")]
    rate: u32,
    /// A folder of GraphQL documents (*.graphql) that clients may ask for by the SHA-256 of their text.
    #[arg(long, env = "QXE_DOCUMENTS", value_name = "DIR")]
    documents: Option<PathBuf>,
    /// Answers the documents of --documents and no others.
    #[arg(long, env = "QXE_DOCUMENTS_ONLY", requires = "documents")]
    documents_only: bool,
    /// How mail leaves: dir:PATH, smtp://[USER:PASSWORD@]HOST[:PORT][?tls=starttls|required|none] or smtps://…
    /// [default: the folder `mail` of the data]
    #[arg(long, env = "QXE_MAIL", value_name = "TRANSPORT", hide_env_values = true)]
    mail: Option<String>,
    /// A file with the password of the mail server's USER, who then stands alone in the URL.
    #[arg(long, env = "QXE_MAIL_PASSWORD_FILE", value_name = "FILE", requires = "mail")]
    mail_password_file: Option<PathBuf>,
    /// A file of certificates in PEM that the mail server may prove itself by, beside those the world trusts.
    #[arg(long, env = "QXE_MAIL_CA_FILE", value_name = "FILE", requires = "mail")]
    mail_ca_file: Option<PathBuf>,
    /// Who mails come from.
    #[arg(
        long,
        env = "QXE_MAIL_FROM",
        default_value = "钱小二服务中心 <desk@qianxiaoer.example>",
        value_name = "SENDER"
    )]
    mail_from: String,
    /// Fills an empty database with a demonstration zone; its accounts go to DIR/demo-accounts.json.
    #[arg(long)]
    demo: bool,
    /// A virtual clock that starts here and stands still; POST /clock {"now": INSTANT} on the metrics listener moves it.
    #[arg(long, requires = "demo", value_name = "INSTANT")]
    clock: Option<Timestamp>,
}

impl Serve {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        logging::start();
        let clock = self.clock.map_or(Clock::System, Clock::standing);
        let store = self.place.open().await?;
        let desk = desk(store.clone(), &clock)?.with_files(self.place.attachments());
        if self.demo {
            self.demonstrate(&desk).await?;
        }
        let metrics = Arc::new(Metrics::default());
        let worker = self.worker(store.clone())?;
        let readiness = Readiness::default();
        let loops = Loops::new((desk.clone(), store), worker, clock, metrics.clone(), readiness.clone());
        let loops = Arc::new(loops);
        let (acceptor, url) = bind(&self.listen).await?;
        let settings = self.settings()?;
        // For whoever started the program, and nobody else: not a line of the log, which others read.
        if let Some(code) = desk.first_code().await? {
            eprintln!(
                "nobody may sign in yet; become the first administrator by POST /session/first with the code {code}"
            );
        }
        let measure = metrics.clone();
        let endpoint = routes(desk, settings, readiness.clone(), move |observed| measure.observe(observed));
        let (stop, stopping) = watch::channel(false);
        let running = loops.spawn(&stopping);
        let metrics_server = match &self.metrics_listen {
            Some(address) => {
                let (acceptor, url) = bind(address).await?;
                tracing::info!(%url, "metrics");
                let endpoint = metrics::routes(metrics, loops.clone());
                let stopped = told(stopping.clone());
                Some(tokio::spawn(Server::new_with_acceptor(acceptor).run_with_graceful_shutdown(
                    endpoint,
                    stopped,
                    Some(DRAIN),
                )))
            }
            None => None,
        };
        println!("listening on {url}");
        std::io::stdout().flush()?;
        let ask_to_stop = async move {
            asked_to_stop().await;
            tracing::info!("told to stop: no new requests, finishing those under way");
            readiness.leave();
            tokio::time::sleep(FAREWELL).await;
            let _nobody_listens_any_more = stop.send(true);
        };
        Server::new_with_acceptor(acceptor)
            .run_with_graceful_shutdown(endpoint, ask_to_stop, Some(DRAIN))
            .await?;
        for task in running {
            // A mail under way may take minutes; its lease brings it back if it is cut off here.
            let _cut_off = tokio::time::timeout(DRAIN, task).await;
        }
        if let Some(server) = metrics_server {
            server.await??;
        }
        tracing::info!("stopped");
        Ok(())
    }

    async fn demonstrate(&self, desk: &Desk) -> Result<(), Failure> {
        let accounts = demonstration::set_up(desk).await?;
        let file = self.place.data.join("demo-accounts.json");
        std::fs::create_dir_all(&self.place.data)?;
        std::fs::write(&file, serde_json::to_vec_pretty(&accounts)?)?;
        tracing::info!(file = %file.display(), accounts = accounts.len(), "demonstration");
        Ok(())
    }

    fn settings(&self) -> Result<Settings, Failure> {
        let documents = self.documents.as_deref().map(documents::read).transpose()?.unwrap_or_default();
        Ok(Settings {
            secure: self.public_url.as_deref().is_some_and(|url| url.starts_with("https://")),
            proxies: self.proxies.clone(),
            rate: self.rate,
            documents: if self.documents_only { documents.alone() } else { documents },
        })
    }

    fn worker(&self, store: Store) -> Result<Worker, Failure> {
        let transport = match &self.mail {
            Some(setting) => Transport::new(setting, &self.mail_secrets()?)?,
            None => Transport::Directory(self.place.data.join("mail")),
        };
        let sender: Sender = self.mail_from.parse()?;
        Ok(Worker::new(store, transport, sender, format!("process {}", std::process::id())))
    }

    fn mail_secrets(&self) -> Result<Secrets, Failure> {
        let read = |file: &PathBuf| {
            std::fs::read(file).map_err(|error| Failure::from(format!("{}: {error}", file.display())))
        };
        let password = self.mail_password_file.as_ref().map(read).transpose()?.map(String::from_utf8);
        let password = password.transpose().map_err(|_| "the mail password is not UTF-8")?;
        Ok(Secrets {
            password: password.map(|password| password.trim_end_matches(['\r', '\n']).to_owned()),
            authorities: self.mail_ca_file.as_ref().map(read).transpose()?,
        })
    }
}

/// Listens, and tells where.
async fn bind(address: &str) -> Result<(TcpAcceptor, String), Failure> {
    let acceptor = TcpListener::bind(address.to_owned()).into_acceptor().await;
    let acceptor = acceptor.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let local = acceptor.local_addr().into_iter().find_map(|addr| addr.0.as_socket_addr().copied());
    let shown = local.map_or_else(|| address.to_owned(), |local| local.to_string());
    Ok((acceptor, format!("http://{shown}")))
}

async fn asked_to_stop() {
    let mut terminate = match signal(SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(error) => {
            tracing::error!(%error, "cannot hear SIGTERM");
            return std::future::pending().await;
        }
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Resolves when the program is told to stop.
async fn told(mut stopping: watch::Receiver<bool>) {
    let _sender_gone_means_stop_too = stopping.wait_for(|stop| *stop).await;
}
