//! ECharts: loaded when the first chart is drawn, kept by its element, disposed of with it.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

/// A chart in an element.
pub struct Chart {
    instance: JsValue,
}

impl Chart {
    /// Loads the library, if it is not there yet, and makes a chart in an element.
    pub async fn new(element: &HtmlElement) -> Result<Chart, JsValue> {
        let module = import(&super::page::assets().charts)?;
        let module = JsFuture::from(module).await?;
        let init: Function = Reflect::get(&module, &"init".into())?.dyn_into()?;
        Ok(Chart {
            instance: init.call1(&JsValue::UNDEFINED, element)?,
        })
    }

    /// Draws options, replacing what was drawn.
    pub fn draw(&self, options: &str) -> Result<(), JsValue> {
        let options = js_sys::JSON::parse(options)?;
        let set: Function = Reflect::get(&self.instance, &"setOption".into())?.dyn_into()?;
        set.call2(&self.instance, &options, &JsValue::TRUE)
            .map(drop)
    }

    /// Fits the chart to its element.
    pub fn resize(&self) {
        self.call("resize");
    }

    fn call(&self, name: &str) {
        let method = Reflect::get(&self.instance, &name.into())
            .ok()
            .and_then(|method| method.dyn_into::<Function>().ok());
        if let Some(method) = method {
            let _ = method.call0(&self.instance);
        }
    }
}

impl Drop for Chart {
    fn drop(&mut self) {
        self.call("dispose");
    }
}

fn import(path: &str) -> Result<Promise, JsValue> {
    #[wasm_bindgen(inline_js = "export function load(path) { return import(path); }")]
    extern "C" {
        #[wasm_bindgen(catch)]
        fn load(path: &str) -> Result<Promise, JsValue>;
    }
    load(path)
}
