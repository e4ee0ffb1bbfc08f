//! The command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Parser, Subcommand};

/// The two backend services of Tracebeam's demo.
#[derive(Debug, Clone, Parser)]
#[command(name = "tracebeam-demo", version)]
pub struct Args {
    /// Which service to run.
    #[command(subcommand)]
    pub role: Role,
}

/// The services.
#[derive(Debug, Clone, Subcommand)]
pub enum Role {
    /// The first service: serves the demo page and its API, and calls the inventory
    Shop(ShopArgs),
    /// The second service: called by the shop
    Inventory(InventoryArgs),
}

/// Flags of the shop.
#[derive(Debug, Clone, Parser)]
pub struct ShopArgs {
    /// Address of the page and its API; port 0 takes any free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7710")]
    pub listen: SocketAddr,

    /// Address of the same API as another origin, with CORS
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7711")]
    pub cross_origin_listen: SocketAddr,

    /// Where the inventory listens
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:7712")]
    pub inventory: String,

    /// Where the gateway listens; spans go there, and the page's events too
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:4318")]
    pub gateway: String,

    /// Directory of the demo page
    #[arg(long, value_name = "DIR", default_value = "www")]
    pub www: PathBuf,

    /// Directory that holds tracebeam.js
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub dist: PathBuf,
}

/// Flags of the inventory.
#[derive(Debug, Clone, Parser)]
pub struct InventoryArgs {
    /// Address to listen on; port 0 takes any free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7712")]
    pub listen: SocketAddr,

    /// Where the gateway listens; spans go there
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:4318")]
    pub gateway: String,
}
