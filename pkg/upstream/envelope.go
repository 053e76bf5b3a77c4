package upstream

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// envelope holds what the API wraps every answer in.
type envelope struct {
	errorReply
	warnings, infos []string
	// VictoriaMetrics' way to say that storage nodes are missing.
	partial bool
	hasData bool
}

// decodeEnvelope reads a whole answer; data must read the value of that name.
func decodeEnvelope(body io.Reader, data func(d *decoder) error) (Meta, error) {
	var e envelope
	d := newDecoder(body)
	if err := d.object(func(name string) error { return e.member(d, name, data) }); err != nil {
		return Meta{}, notEOF(err)
	}
	if err := d.end(); err != nil {
		return Meta{}, err
	}
	return e.meta(), e.check()
}

// notEOF returns the error for an answer that ends too early; an empty one ends
// with a plain EOF.
func notEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("the answer is empty: %w", io.ErrUnexpectedEOF)
	}
	return err
}

func (e *envelope) member(d *decoder, name string, data func(d *decoder) error) (err error) {
	switch name {
	case "status":
		e.Status, err = d.text()
	case "errorType":
		e.ErrorType, err = d.text()
	case "error":
		e.Error, err = d.text()
	case "warnings":
		e.warnings, err = d.texts()
	case "infos":
		e.infos, err = d.texts()
	case "isPartial":
		e.partial, err = d.boolean()
	case "data":
		e.hasData = true
		err = data(d)
	default:
		err = d.SkipValue()
	}
	return err
}

func (d *decoder) boolean() (bool, error) {
	token, err := d.ReadToken()
	return err == nil && token.Kind() == 't', err
}

func (e *envelope) check() error {
	switch {
	case e.Status == "error":
		e.json = true
		return &replyError{e.errorReply}
	case e.Status != "success":
		return &shapeError{where: "/status", want: `"success" or "error"`}
	case !e.hasData:
		return &shapeError{where: "/data", want: "there"}
	}
	return nil
}

func (e *envelope) meta() Meta {
	m := Meta{Warnings: e.warnings, Infos: e.infos, Partial: e.partial || slices.ContainsFunc(e.warnings, meansMissingData)}
	if e.partial {
		m.Warnings = append(m.Warnings, "the answer is partial: the server could not read all of its storage")
	}
	return m
}
