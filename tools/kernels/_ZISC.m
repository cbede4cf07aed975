%ZISC	; stands for VistA's routine that closes a device: XREF has only the one that is always open
	QUIT
