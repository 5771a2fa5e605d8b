/* Where the program's data lies.
 *
 * The build passes two folders: DTN_DATA_SOURCE, reader/ of the source tree, so that a program
 * runs from its build folder, and DTN_DATA_INSTALLED. The environment goes before both. Nothing
 * is kept between calls.
 */
#include "base/data.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *dtn_data_path(const char *name)
{
    const char *folder = getenv("DETENTE_DATA");
    if (!folder || !*folder)
        folder = access(DTN_DATA_SOURCE, R_OK) == 0 ? DTN_DATA_SOURCE : DTN_DATA_INSTALLED;
    const size_t n_folder = strlen(folder), n_name = strlen(name);
    char *path = dtn_alloc(n_folder + n_name + 2);
    if (!path)
        return NULL;
    memcpy(path, folder, n_folder);
    if (n_name) {
        path[n_folder] = '/';
        memcpy(path + n_folder + 1, name, n_name);
    }
    return path;
}
