//! One company's open state: its manifest, the segments that answer questions, and the answers.
//!
//! Segments of one data set, month and channel are shown together or not at all: while a new version
//! of a month arrives in parts, the old one answers, so that no question is ever answered from a mix.
//!
//! Out of scope: where bytes come from (`sync_client`) and where they are kept (`platform`).

mod coverage;
mod forecasts;
mod places;
mod product_sums;
mod sight;
mod stand_ins;
mod tiles;
mod views;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cube::query::{Answer, CalendarRules, Member, Query};
use cube::{Cube, DictionaryChunk, DictionaryError, RollupError, Segment, SegmentError};
use kernel::{Date, Hash256, TenantId, Timestamp};
use model::profile::TenantProfile;
use model::schema::{DataSet, Dimension};
use protocol::{DataState, Failure};
use sync::{MANIFEST_FORMAT, Manifest, content_hash};
use thiserror::Error;

pub(crate) use coverage::refusal;
use forecasts::KeptForecast;
pub use forecasts::{Begun, OpenForecast};
use places::{Place, Places, matches};
pub use product_sums::{Computed, Moment, Open};
use stand_ins::StandIns;
use views::Views;

/// Most members in one answer to a search.
const MEMBERS_MAX: usize = 1_000;

/// Why something fetched or stored was not taken.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum TakeError {
    /// The bytes are not those that the manifest names, or of another month or channel.
    #[error("the bytes of blob {0} are not the ones it is named for; they are fetched again")]
    WrongBytes(Hash256),
    /// The manifest does not name it.
    #[error("blob {0} is not named by the manifest any more")]
    NotNamed(Hash256),
    /// A manifest of a newer version of the product.
    #[error("the data has format {0}, this version reads up to {MANIFEST_FORMAT}; reload the app")]
    NewerFormat(u32),
    /// A manifest of another company.
    #[error("the edge answered for company {0}")]
    OtherCompany(TenantId),
    /// A segment that cannot be read.
    #[error("a segment cannot be read: {0}")]
    Segment(#[from] SegmentError),
    /// A roll-up that cannot be read.
    #[error("a roll-up cannot be read: {0}")]
    Rollup(#[from] RollupError),
    /// A dictionary that cannot be read or does not continue what is known.
    #[error("names cannot be read: {0}")]
    Dictionary(#[from] DictionaryError),
}

/// One company's open state.
#[derive(Debug)]
pub struct Session {
    company: TenantId,
    manifest: Option<Manifest>,
    cube: Cube,
    /// Opened, but some other segment of their place has not arrived.
    waiting: BTreeMap<Hash256, Segment>,
    places: Places,
    stand_ins: StandIns,
    as_of: Option<Timestamp>,
    is_offline: bool,
    forecasts: Vec<KeptForecast>,
    /// Answering changes them and nothing that can be seen.
    views: RefCell<Views>,
}

impl Session {
    /// A company of which nothing is known yet.
    pub fn new(company: TenantId, now: Timestamp) -> Session {
        let profile = TenantProfile::new(company.clone(), company.as_str());
        Session {
            company,
            manifest: None,
            cube: Cube::new(rules_of(&profile, now)),
            waiting: BTreeMap::new(),
            places: Places::default(),
            stand_ins: StandIns::default(),
            as_of: None,
            is_offline: false,
            forecasts: Vec::new(),
            views: RefCell::default(),
        }
    }

    /// The company.
    pub const fn company(&self) -> &TenantId {
        &self.company
    }

    /// All facts that are shown.
    pub fn into_cube(self) -> Cube {
        self.cube
    }

    /// Its profile, once a manifest is known.
    pub fn profile(&self) -> Option<&TenantProfile> {
        self.manifest.as_ref().map(|manifest| &manifest.profile)
    }

    /// The manifest that is being shown or fetched.
    pub const fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()
    }

    /// Moves the company's local day on.
    pub fn set_now(&mut self, now: Timestamp) {
        let rules = match self.profile() {
            Some(profile) => rules_of(profile, now),
            None => return,
        };
        if rules != *self.cube.rules() {
            self.cube.set_rules(rules);
        }
    }

    /// Notes that the data agreed with the edge, or that the edge could not be reached.
    pub fn set_reached(&mut self, as_of: Option<Timestamp>, is_offline: bool) {
        self.as_of = as_of.or(self.as_of);
        self.is_offline = is_offline;
    }

    /// When the data last agreed with the edge.
    pub const fn as_of(&self) -> Option<Timestamp> {
        self.as_of
    }

    /// Whether a manifest can be followed without starting anew: the names known so far must still be
    /// valid. They are not where the company's data was made anew under the same name.
    pub fn can_follow(&self, manifest: &Manifest) -> bool {
        let Some(old) = &self.manifest else {
            return true;
        };
        let named: BTreeSet<_> = manifest
            .dictionaries
            .iter()
            .map(|chunk| chunk.hash)
            .collect();
        old.dictionaries
            .iter()
            .all(|chunk| named.contains(&chunk.hash))
    }

    /// Takes a manifest. What it no longer names is hidden as soon as what replaces it is here.
    pub fn take_manifest(&mut self, manifest: Manifest, now: Timestamp) -> Result<(), TakeError> {
        if manifest.format > MANIFEST_FORMAT {
            return Err(TakeError::NewerFormat(manifest.format));
        }
        if manifest.profile.id != self.company {
            return Err(TakeError::OtherCompany(manifest.profile.id));
        }
        self.cube.set_rules(rules_of(&manifest.profile, now));
        let places = self.places.follow(&manifest);
        self.manifest = Some(manifest);
        let named = &self.places;
        self.waiting
            .retain(|hash, _| named.place_of(*hash).is_some());
        for place in places {
            self.settle(place);
        }
        Ok(())
    }

    /// Takes the chunks of dictionaries, all that the manifest names. Ones known already change nothing.
    pub fn take_dictionaries(
        &mut self,
        blobs: &BTreeMap<Hash256, Vec<u8>>,
    ) -> Result<(), TakeError> {
        let Some(manifest) = &self.manifest else {
            return Ok(());
        };
        let mut chunks: Vec<_> = manifest.dictionaries.iter().collect();
        chunks.sort_by_key(|chunk| (chunk.dimension, chunk.first_code));
        for chunk in chunks {
            if let Some(bytes) = blobs.get(&chunk.hash) {
                self.cube
                    .extend_dictionary(&DictionaryChunk::decode(bytes)?)?;
            }
        }
        Ok(())
    }

    /// Whether the manifest names a segment.
    pub fn names(&self, hash: Hash256) -> bool {
        self.places.place_of(hash).is_some()
    }

    /// Takes a segment. `true` where the answers changed.
    pub fn take_segment(
        &mut self,
        hash: Hash256,
        bytes: impl Into<Arc<[u8]>>,
    ) -> Result<bool, TakeError> {
        let place = self.places.place_of(hash);
        let place = place.ok_or(TakeError::NotNamed(hash))?;
        if self.places.is_shown(hash) {
            return Ok(false);
        }
        let segment = Segment::open(bytes)?;
        if !matches(place, &segment) {
            return Err(TakeError::WrongBytes(hash));
        }
        self.waiting.insert(hash, segment);
        Ok(self.settle(place))
    }

    /// Checks the bytes of all segments that are shown; those that are not the ones they are named for are
    /// hidden. Gives their names.
    pub fn drop_damaged(&mut self) -> Vec<Hash256> {
        let segments = self.cube.segments();
        let is_damaged = |segment: &Segment, id| check_bytes(id, segment.bytes()).is_err();
        let damaged: Vec<Hash256> = segments
            .filter(|&(id, segment)| is_damaged(segment, id))
            .map(|(id, _)| id)
            .collect();
        for &hash in &damaged {
            // The others of its place would be a part of what the figures are said to be of.
            for other in self.places.with(hash) {
                self.cube.remove_segment(other);
                self.places.hide(other);
            }
            if let Some(place) = self.places.place_of(hash) {
                self.stand_down(place);
            }
        }
        damaged
    }

    /// Segments that the manifest names and that were not taken yet, the newest month first.
    pub fn lacking(&self) -> impl Iterator<Item = Hash256> + use<> {
        let segments = self.manifest.iter().flat_map(|manifest| &manifest.segments);
        let mut lacking: Vec<_> = segments.filter(|it| !self.is_here(it.hash)).collect();
        lacking.sort_by_key(|segment| std::cmp::Reverse(segment.month));
        let hashes: Vec<Hash256> = lacking.into_iter().map(|segment| segment.hash).collect();
        hashes.into_iter()
    }

    fn is_here(&self, hash: Hash256) -> bool {
        self.places.is_shown(hash) || self.waiting.contains_key(&hash)
    }

    /// Shows the segments of a place once all are here, and hides what they replace.
    fn settle(&mut self, place: Place) -> bool {
        let wanted = self.places.wanted(place);
        if !wanted.iter().all(|&hash| self.is_here(hash)) {
            return self.stand_in(place);
        }
        let wanted = wanted.to_vec();
        let mut is_changed = self.stand_down(place);
        for hash in self.places.replaced(place) {
            self.places.hide(hash);
            is_changed |= self.cube.remove_segment(hash);
        }
        for hash in wanted {
            if let Some(segment) = self.waiting.remove(&hash) {
                self.cube.add_segment(hash, segment);
                self.places.show(hash, place);
                is_changed = true;
            }
        }
        is_changed
    }

    /// What is shown of the data.
    pub fn state(&self) -> DataState {
        let rows = self.cube.rows().into_iter();
        let imported = rows.filter(|(data_set, _)| *data_set != DataSet::Requests);
        DataState {
            sequence: self.sequence(),
            as_of: self.as_of,
            as_of_day: self.as_of.and_then(|as_of| {
                let zone = self.profile()?.time_zone;
                zone.local_date(as_of).ok()
            }),
            extent: self.extent(),
            today: self.profile().map(|_| self.cube.rules().today),
            rows: imported.map(|(_, rows)| rows).sum(),
            is_empty: self.manifest.as_ref().is_none_or(|manifest| {
                let mut segments = manifest.segments.iter();
                segments.all(|segment| segment.data_set == DataSet::Requests)
            }),
            has_requests: self.cube.extent_of(DataSet::Requests).is_some(),
            segments: self.places.shown() as u32,
            segments_listed: self
                .manifest
                .as_ref()
                .map_or(0, |manifest| manifest.segments.len() as u32),
            offline: self.is_offline,
            hidden: self.hidden(),
        }
    }

    fn sequence(&self) -> u64 {
        self.manifest
            .as_ref()
            .map_or(0, |manifest| manifest.sequence)
    }

    /// Answers a question.
    pub fn query(&self, query: &Query) -> Result<Answer, Failure> {
        self.require_query(query)?;
        let mut views = self.views.borrow_mut();
        views.answer(&self.cube, query).map_err(refusal)
    }

    /// Members of a dimension.
    pub fn members(&self, dimension: Dimension, search: &str, limit: usize) -> Vec<Member> {
        self.cube
            .members(dimension, search, limit.clamp(1, MEMBERS_MAX))
    }

    /// Whether everything that the manifest names is shown.
    pub fn is_whole(&self) -> bool {
        self.manifest.is_some() && self.places.is_whole()
    }
}

/// Checks that bytes are the ones they are named for.
pub fn check_bytes(hash: Hash256, bytes: &[u8]) -> Result<(), TakeError> {
    if content_hash(bytes) == hash {
        Ok(())
    } else {
        Err(TakeError::WrongBytes(hash))
    }
}

fn rules_of(profile: &TenantProfile, now: Timestamp) -> CalendarRules {
    CalendarRules {
        week_start: profile.week_start,
        fiscal_first_month: profile.fiscal_year.first_month(),
        // A clock outside 1900 to 2200 is wrong; no day is partial then.
        today: profile.today(now).unwrap_or(Date::MAX),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
