package definition

import "os"

const openFlag = os.O_RDONLY
