/** Where the program's data lies: weights, rules, lexicons (the folder reader/). */
#ifndef DTN_BASE_DATA_H
#define DTN_BASE_DATA_H

/** Path of a file or folder of the data, `name` relative to it ("weights/syntax.bin", "" for the
 *  folder itself): under $DETENTE_DATA if that is set; else in the source tree that the program was
 *  built from, if that is still there; else under PREFIX/share/detente/reader. Whether the file
 *  is there is for its reader to say. Owned: free with dtn_free; NULL when out of memory. */
char *dtn_data_path(const char *name);

#endif
