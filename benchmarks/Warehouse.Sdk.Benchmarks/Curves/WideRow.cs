namespace Warehouse.Sdk.Benchmarks.Curves;

/// <summary>A row with more attributes than anybody wants.</summary>
internal sealed record WideRow(
    long Id,
    string A001, string A002, string A003, string A004, string A005, string A006, string A007, string A008, string A009, string A010,
    string A011, string A012, string A013, string A014, string A015, string A016, string A017, string A018, string A019, string A020,
    string A021, string A022, string A023, string A024, string A025, string A026, string A027, string A028, string A029, string A030,
    string A031, string A032, string A033, string A034, string A035, string A036, string A037, string A038, string A039, string A040,
    string A041, string A042, string A043, string A044, string A045, string A046, string A047, string A048, string A049, string A050,
    string A051, string A052, string A053, string A054, string A055, string A056, string A057, string A058, string A059, string A060,
    string A061, string A062, string A063, string A064, string A065, string A066, string A067, string A068, string A069, string A070,
    string A071, string A072, string A073, string A074, string A075, string A076, string A077, string A078, string A079, string A080,
    string A081, string A082, string A083, string A084, string A085, string A086, string A087, string A088, string A089, string A090,
    string A091, string A092, string A093, string A094, string A095, string A096, string A097, string A098, string A099, string A100);
