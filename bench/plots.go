package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-analyze/charts"
)

// bar is one figure of a panel.
type bar struct {
	name  string
	value float64
}

// panel is the figures of one shape.
type panel struct {
	title string
	bars  []bar
}

// The size of a panel in pixels, and the room above panels for the title.
const (
	panelWidth  = 640
	panelHeight = 240
	titleHeight = 40
	plotColumns = 2
)

// plot writes the comparison with the peer as pictures into a folder. Each
// shape has a scale of its own.
func (r *report) plot(folder string) error {
	if r.Peer == nil {
		return nil
	}
	var times, rates []panel
	for _, s := range r.Peer.Shapes {
		time, rate := panel{title: s.Shape}, panel{title: s.Shape}
		for i, t := range s.Timings {
			time.bars = append(time.bars, bar{t.Side, t.P50 / 1000})
			rate.bars = append(rate.bars, bar{s.Rates[i].Side, s.Rates[i].PerSecond})
		}
		times, rates = append(times, time), append(rates, rate)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := drawPanels(filepath.Join(folder, "peer-p50.svg"), "One request at a time: p50 in ms (shorter is better)", "%.2f", times); err != nil {
		return err
	}
	return drawPanels(filepath.Join(folder, "peer-rates.svg"), fmt.Sprintf("%d requests at once: answered a second (longer is better)", concurrency), "%.0f", rates)
}

func drawPanels(path, title, format string, panels []panel) error {
	lines := (len(panels) + plotColumns - 1) / plotColumns
	whole := charts.NewPainter(charts.PainterOptions{
		OutputFormat: charts.ChartOutputSVG, Width: plotColumns * panelWidth, Height: titleHeight + lines*panelHeight,
	})
	whole.FilledRect(0, 0, whole.Width(), whole.Height(), charts.ColorWhite, charts.ColorTransparent, 0)
	whole.Text(title, 20, titleHeight-12, 0, charts.FontStyle{FontSize: 14, FontColor: charts.ColorBlack})
	for i, p := range panels {
		left, top := i%plotColumns*panelWidth, titleHeight+i/plotColumns*panelHeight
		part := whole.Child(charts.PainterBoxOption(charts.NewBox(left, top, left+panelWidth, top+panelHeight)))
		if err := part.BarChart(p.chart(format)); err != nil {
			return err
		}
	}
	picture, err := whole.Bytes()
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(picture, '\n'), 0o644)
}

// chart has the first bar on top: charts count from below.
func (p panel) chart(format string) charts.BarChartOption {
	var names []string
	var values []float64
	for _, b := range slices.Backward(p.bars) {
		// The spaces leave room where the viewer's font is wider than the library's.
		names, values = append(names, b.name+strings.Repeat("\u00a0", 6)), append(values, b.value)
	}
	o := charts.NewBarChartOptionWithData([][]float64{values})
	o.Horizontal = true
	o.Title.Text, o.Title.FontStyle = p.title, charts.NewFontStyleWithSize(12)
	o.CategoryAxis.Labels = names
	o.ValueAxis[0].Min, o.ValueAxis[0].LabelCount = charts.Ptr(0.0), 5
	o.SeriesList[0].Label = charts.SeriesLabel{Show: charts.Ptr(true), ValueFormatter: func(v float64) string { return fmt.Sprintf(format, v) }}
	o.Legend.Show = charts.Ptr(false)
	o.Padding = charts.NewBox(20, 20, 40, 20)
	return o
}
