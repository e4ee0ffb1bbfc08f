//! `/api/facets`: which values the filters of `/api/requests` can take.

use axum::{
    Json,
    extract::{Query, State},
};
use serde::Deserialize;

use super::parameters::{Parameters, times};
use crate::{
    http::{Gateway, problem::Problem},
    store::read::Facets,
};

/// Parameters of `/api/facets`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FacetsQuery {
    from: Option<f64>,
    to: Option<f64>,
}

/// The values of each filter.
pub async fn list(State(gateway): State<Gateway>, query: Parameters<FacetsQuery>) -> Result<Json<Facets>, Problem> {
    let Query(query) = query?;
    Ok(Json(gateway.store.facets(times(query.from, query.to)?).await?))
}
