package witness

import "flag"

// largeSize is how large the capture of TestReadHAR_Large is.
var largeSize = flag.Int64("large", 0, "bytes of the large capture; 0 means 64 MiB")
