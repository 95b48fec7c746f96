"""All routes about results that leave the server, in the order of the interface's description."""

from timing_server.web.results import awards, bundles, files, imports, proofs, sheets

ROUTERS = (
    sheets.router,
    awards.router,
    files.router,
    bundles.router,
    imports.router,
    proofs.router,
)
