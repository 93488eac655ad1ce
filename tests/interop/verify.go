// Verifies what mnrt wrote with golang.org/x/mod/sumdb alone, which shares none of mnrt's code.
//
//	verify receipt R.tlog-proof POLICY DOCUMENT
//	verify growths FILE
//
// The policy is c2sp.org/tlog-policy as `mnrt trust policy R.trust` writes it. Exit 0: verified; 1: refused.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const cosignatureV1 = 4

// cosigner verifies c2sp.org/tlog-cosignature lines, which sumdb/note doesn't know.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }
func (c *cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), text)
	return ed25519.Verify(c.key, []byte(message), sig[8:])
}

func newCosigner(vkey string) (*cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("witness key: not name+id+key")
	}
	typed, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(typed) != 1+ed25519.PublicKeySize || typed[0] != cosignatureV1 {
		return nil, errors.New("witness key: not an Ed25519 cosigner's")
	}
	digest := sha256.Sum256(append([]byte(parts[0]+"\n"), typed...))
	if hex.EncodeToString(digest[:4]) != parts[1] {
		return nil, errors.New("witness key: its id isn't its own")
	}
	return &cosigner{parts[0], binary.BigEndian.Uint32(digest[:4]), typed[1:]}, nil
}

// policy is the part of c2sp.org/tlog-policy that mnrt writes: logs, witnesses, one group, the quorum.
type policy struct {
	verifiers []note.Verifier
	logs      map[string]bool // name of a log key
	witnesses map[string]bool // name of a cosigner key
	needed    int
}

func readPolicy(text string) (*policy, error) {
	p := &policy{logs: map[string]bool{}, witnesses: map[string]bool{}}
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || strings.HasPrefix(words[0], "#"):
		case words[0] == "log" && len(words) == 2:
			v, err := note.NewVerifier(words[1])
			if err != nil {
				return nil, err
			}
			p.verifiers = append(p.verifiers, v)
			p.logs[v.Name()] = true
		case words[0] == "witness" && len(words) == 3:
			c, err := newCosigner(words[2])
			if err != nil {
				return nil, err
			}
			p.verifiers = append(p.verifiers, c)
			p.witnesses[c.name] = true
		case words[0] == "group" && len(words) > 3:
			k, err := strconv.Atoi(words[2])
			if err != nil || k < 1 || k > len(words)-3 {
				return nil, errors.New("policy: threshold out of range")
			}
			p.needed = k
		case words[0] == "quorum" && len(words) == 2:
		default:
			return nil, fmt.Errorf("policy: not understood: %q", line)
		}
	}
	if p.needed == 0 || len(p.logs) == 0 {
		return nil, errors.New("policy: no log or no quorum")
	}
	return p, nil
}

// strictHash refuses what tlog.ParseHash lets pass: bits set past the last byte.
func strictHash(text string) (tlog.Hash, error) {
	hash, err := tlog.ParseHash(text)
	if err == nil && hash.String() != text {
		err = errors.New("not canonical base64")
	}
	return hash, err
}

func (p *policy) open(checkpoint string) (*note.Note, error) {
	n, err := note.Open([]byte(checkpoint), note.VerifierList(p.verifiers...))
	if err != nil {
		return nil, err
	}
	logs, witnesses := 0, map[string]bool{}
	for _, sig := range n.Sigs {
		// sumdb/note decodes leniently too.
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return nil, err
		}
		if p.logs[sig.Name] {
			logs++
		}
		if p.witnesses[sig.Name] {
			witnesses[sig.Name] = true
		}
	}
	if logs == 0 {
		return nil, errors.New("no log signature")
	}
	if len(witnesses) < p.needed {
		return nil, fmt.Errorf("%d cosignatures of %d needed", len(witnesses), p.needed)
	}
	return n, nil
}

func verifyReceipt(receipt, policyText string, document []byte) error {
	p, err := readPolicy(policyText)
	if err != nil {
		return err
	}
	parts := strings.SplitN(receipt, "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) != 2 || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" ||
		!strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return errors.New("not a c2sp.org/tlog-proof with extra data")
	}
	leaf, err := base64.StdEncoding.Strict().DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := strictHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	n, err := p.open(parts[1])
	if err != nil {
		return err
	}
	head := strings.Split(n.Text, "\n")
	if len(head) != 4 || !p.logs[head[0]] {
		return errors.New("not a checkpoint of the policy's log")
	}
	size, err := strconv.ParseInt(head[1], 10, 64)
	if err != nil {
		return err
	}
	root, err := strictHash(head[2])
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(leaf)); err != nil {
		return err
	}
	fields := strings.Split(string(leaf), "\n")
	digest := sha256.Sum256(document)
	if len(fields) != 8 || fields[0] != "mnrt.notarisation/v1" || fields[1] != head[0] {
		return errors.New("not a notarisation in this log")
	}
	if fields[2] != hex.EncodeToString(digest[:]) {
		return errors.New("the receipt is of another document")
	}
	return nil
}

func verifyGrowths(text string) error {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for _, line := range lines {
		words := strings.Fields(line)
		if len(words) < 4 {
			return fmt.Errorf("not understood: %q", line)
		}
		from, err1 := strconv.ParseInt(words[0], 10, 64)
		fromRoot, err2 := tlog.ParseHash(words[1])
		to, err3 := strconv.ParseInt(words[2], 10, 64)
		toRoot, err4 := tlog.ParseHash(words[3])
		var proof tlog.TreeProof
		for _, word := range words[4:] {
			hash, err := tlog.ParseHash(word)
			if err != nil {
				return err
			}
			proof = append(proof, hash)
		}
		for _, err := range []error{err1, err2, err3, err4} {
			if err != nil {
				return err
			}
		}
		if err := tlog.CheckTree(proof, to, toRoot, from, fromRoot); err != nil {
			return fmt.Errorf("%d to %d: %v", from, to, err)
		}
	}
	fmt.Printf("%d consistency proofs verified\n", len(lines))
	return nil
}

// verifyChanged takes each byte of the receipt in turn and wants a refusal: up to a stranger's signature line, and where
// more validators signed than the policy needs up to the first signature.
func verifyChanged(receipt, policyText string, document []byte) error {
	p, err := readPolicy(policyText)
	if err != nil {
		return err
	}
	end := strings.Index(receipt, "— stranger.example")
	if end < 0 {
		end = len(receipt)
	}
	if strings.Count(receipt[:end], "— ") > 1+p.needed {
		end = strings.Index(receipt, "— ")
	}
	for i := 0; i < end; i++ {
		changed := []byte(receipt)
		changed[i] ^= 4
		if bytes.IndexByte(changed, 0) < 0 && verifyReceipt(string(changed), policyText, document) == nil {
			return fmt.Errorf("byte %d changed, and it still verifies", i)
		}
	}
	if verifyReceipt(receipt, policyText, append(document, 0)) == nil {
		return errors.New("the document changed, and it still verifies")
	}
	return nil
}

func run(args []string) error {
	var files []string
	for _, path := range args[1:] {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files = append(files, string(data))
	}
	switch {
	case args[0] == "receipt" && len(files) == 3:
		return verifyReceipt(files[0], files[1], []byte(files[2]))
	case args[0] == "changed" && len(files) == 3:
		return verifyChanged(files[0], files[1], []byte(files[2]))
	case args[0] == "growths" && len(files) == 1:
		return verifyGrowths(files[0])
	}
	return errors.New("usage: verify receipt|changed R.tlog-proof POLICY DOCUMENT, or verify growths FILE")
}

func main() {
	if len(os.Args) < 2 {
		os.Args = append(os.Args, "help")
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
}
