package definition

// Nearest returns the known word that was probably meant by a word, empty if none
// is close.
func Nearest(word string, known []string) string { return nearest(word, known) }
