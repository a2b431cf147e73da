//! The segments in IndexedDB: written and read by the product's own code, in its own layout.

use cube::Segment;
use engine::Database;
use engine::kept::state_names;
use kernel::TenantId;
use model::profile::TenantProfile;
use sync::{DictionaryRef, Manifest, SegmentRef, content_hash};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Engine;
use crate::names::dictionaries;

fn company() -> TenantId {
    TenantId::new("bench").expect("a name of letters")
}

/// The company of the bench as the device keeps it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Shelf {
    database: Database,
    manifest: Manifest,
}

#[wasm_bindgen]
impl Shelf {
    /// Opens it; nothing of another run is left.
    pub async fn anew() -> Result<Shelf, JsError> {
        let database = Database::open(&company()).await?;
        database.clear().await?;
        let mut manifest = Manifest::empty(TenantProfile::new(company(), "Bench"));
        for chunk in dictionaries() {
            let bytes = chunk.encode();
            let hash = content_hash(&bytes);
            manifest.dictionaries.push(DictionaryRef {
                hash,
                dimension: chunk.dimension,
                first_code: chunk.first_code,
                entries: chunk.entries.len() as u32,
                bytes: bytes.len() as u32,
            });
            database.put_blob(hash, &bytes).await?;
        }
        Ok(Shelf { database, manifest })
    }

    /// Stores a segment as it arrives.
    pub async fn put(&mut self, bytes: Vec<u8>) -> Result<(), JsError> {
        let hash = content_hash(&bytes);
        let segment = Segment::open(&bytes[..])?;
        self.manifest.segments.push(SegmentRef {
            hash,
            data_set: segment.data_set(),
            month: segment.month(),
            channel: segment.channel(),
            rows: segment.rows(),
            bytes: bytes.len() as u32,
            from: segment.days().from(),
            to: segment.days().to(),
            delta: false,
        });
        Ok(self.database.put_blob(hash, &bytes).await?)
    }

    /// Ends as a synchronisation does: the manifest is kept and blobs are packed.
    pub async fn finish(&self) -> Result<(), JsError> {
        let manifest = serde_json::to_string(&self.manifest)?;
        let states = [
            (state_names::MANIFEST, manifest.as_str()),
            (state_names::AS_OF, "0"),
        ];
        self.database.put_states(&states).await?;
        Ok(self.database.pack(self.manifest.in_order()).await?)
    }
}

#[wasm_bindgen]
impl Engine {
    /// Opens what is kept, as the product does when it starts.
    pub async fn load(&mut self) -> Result<(), JsError> {
        let database = Database::open(&company()).await?;
        let opened = engine::kept::open(&database, &company()).await;
        let (session, _) = opened.map_err(|failure| JsError::new(&failure.text))?;
        let rules = *self.cube.rules();
        self.cube = session.into_cube();
        self.cube.set_rules(rules);
        Ok(())
    }
}
