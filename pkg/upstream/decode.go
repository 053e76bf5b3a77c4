package upstream

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// decoder reads answers of the API as they arrive, without a copy of the whole.
// client_golang's own decoder takes about five times as long, see BenchmarkDecode.
type decoder struct {
	*jsontext.Decoder
	// scratch holds the samples of the series that is being read.
	scratch []Sample
}

func newDecoder(body io.Reader) *decoder {
	tokens := &tokenReader{Reader: body}
	d := &decoder{Decoder: jsontext.NewDecoder(tokens)}
	tokens.decoder = d
	return d
}

// maxToken limits the bytes of a name, a text or a number. Those of metrics are
// short, and a decoder holds all of a token, and a copy while it grows.
const maxToken = 4 << 20

// tokenReader fails where a token does not end.
type tokenReader struct {
	io.Reader
	decoder *decoder
	read    int64
}

// Read implements io.Reader.
func (r *tokenReader) Read(p []byte) (int, error) {
	if r.read-r.decoder.InputOffset() > maxToken {
		return 0, r.decoder.shape("a value of at most 4 MiB")
	}
	n, err := r.Reader.Read(p)
	r.read += int64(n)
	return n, err
}

// shapeError describes valid JSON that is not what the API defines.
type shapeError struct{ where, want string }

func (e *shapeError) Error() string { return fmt.Sprintf("%q is not %s", e.where, e.want) }

func (d *decoder) shape(want string) error {
	return &shapeError{where: string(d.StackPointer()), want: want}
}

// replyError describes an error that the server reports in its answer.
type replyError struct{ errorReply }

func (e *replyError) Error() string { return e.errorReply.Error }

// isBadJSON reports whether the server wrote something that is not JSON, as
// opposed to an answer that did not arrive in full.
func isBadJSON(err error) bool {
	_, syntactic := errors.AsType[*jsontext.SyntacticError](err)
	return syntactic && !errors.Is(err, io.ErrUnexpectedEOF)
}

// isNotJSON reports whether not even the beginning of an answer is JSON.
func isNotJSON(err error) bool {
	syntax, is := errors.AsType[*jsontext.SyntacticError](err)
	return is && syntax.ByteOffset == 0
}

// object calls member for each name, which then must read the value. It reads
// null as an object without members.
func (d *decoder) object(member func(name string) error) error {
	if null, err := d.open('{', "an object"); err != nil || null {
		return err
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		if err := member(name.String()); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// array calls element for each element, which it then must read. It reads null
// as an array without elements.
func (d *decoder) array(element func() error) error {
	if null, err := d.open('[', "an array"); err != nil || null {
		return err
	}
	for d.more() {
		if err := element(); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// more reports whether another element follows. It returns false if none can be
// read; the next ReadToken says why.
func (d *decoder) more() bool {
	kind := d.PeekKind()
	return kind != ']' && kind != jsontext.KindInvalid
}

func (d *decoder) open(kind jsontext.Kind, want string) (null bool, err error) {
	token, err := d.ReadToken()
	switch {
	case err != nil:
		return false, err
	case token.Kind() == 'n':
		return true, nil
	case token.Kind() != kind:
		return false, d.shape(want)
	}
	return false, nil
}

func (d *decoder) text() (string, error) {
	token, err := d.ReadToken()
	switch {
	case err != nil:
		return "", err
	case token.Kind() == 'n':
		return "", nil
	case token.Kind() != '"':
		return "", d.shape("a string")
	}
	return token.String(), nil
}

func (d *decoder) texts() (list []string, err error) {
	return list, d.array(func() error {
		s, err := d.text()
		list = append(list, s)
		return err
	})
}

// end checks that nothing follows.
func (d *decoder) end() error {
	if _, err := d.ReadToken(); err == nil {
		return d.shape("the end of the answer")
	} else if !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}
