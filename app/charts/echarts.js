// The part of ECharts that the app draws with; loaded when the first chart comes into view.
import { init as start, registerTheme, use } from "echarts/core";
import { BarChart, HeatmapChart, LineChart, PieChart, ScatterChart, TreemapChart } from "echarts/charts";
import {
  AriaComponent, DataZoomInsideComponent, GridComponent, LegendComponent, MarkAreaComponent,
  MarkLineComponent, MarkPointComponent, TooltipComponent, VisualMapComponent,
} from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

use([
  BarChart, HeatmapChart, LineChart, PieChart, ScatterChart, TreemapChart,
  AriaComponent, DataZoomInsideComponent, GridComponent, LegendComponent, MarkAreaComponent,
  MarkLineComponent, MarkPointComponent, TooltipComponent, VisualMapComponent, CanvasRenderer,
]);

// A touched place is told to the slider of the card, where there is one, by its number from the slider's first
// place on.
function init(element) {
  const chart = start(element);
  chart.getZr().on("click", ({ offsetX, offsetY }) => {
    const slider = element.closest("section")?.querySelector("input[type=range][data-from]");
    if (!slider || !chart.containPixel("grid", [offsetX, offsetY])) return;
    const at = Math.round(chart.convertFromPixel({ seriesIndex: 0 }, [offsetX, offsetY])[0]) - Number(slider.dataset.from);
    if (at < 0 || at > Number(slider.max)) return;
    slider.value = String(at);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
  return chart;
}

export { init, registerTheme };
