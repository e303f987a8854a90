//! CRC-32 (as in zip and PNG) and CRC-CCITT.

/// `TABLES[k][b]`: what byte `b` contributes, `k` bytes before the end of a group of eight.
static TABLES: [[u32; 256]; 8] = {
    let mut tables = [[0; 256]; 8];
    let mut i = 0;
    while i < 256 {
        let mut crc = i as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 != 0 {
                crc >> 1 ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        tables[0][i] = crc;
        i += 1;
    }
    let mut k = 1;
    while k < 8 {
        let mut i = 0;
        while i < 256 {
            let previous = tables[k - 1][i];
            tables[k][i] = previous >> 8 ^ tables[0][(previous & 255) as usize];
            i += 1;
        }
        k += 1;
    }
    tables
};

pub fn crc32(bytes: &[u8], start: u32) -> u32 {
    let mut crc = !start;
    let (groups, rest) = bytes.as_chunks::<8>();
    for group in groups {
        let word = u64::from_le_bytes(*group) ^ crc as u64;
        crc = (0..8).fold(0, |sum, k| {
            sum ^ TABLES[7 - k][(word >> (8 * k) & 255) as usize]
        });
    }
    for &b in rest {
        crc = crc >> 8 ^ TABLES[0][((crc ^ b as u32) & 255) as usize];
    }
    !crc
}

pub fn crc_hqx(bytes: &[u8], start: u16) -> u16 {
    bytes.iter().fold(start, |crc, &b| {
        (0..8).fold(crc ^ (b as u16) << 8, |crc, _| {
            if crc & 0x8000 != 0 {
                crc << 1 ^ 0x1021
            } else {
                crc << 1
            }
        })
    })
}
