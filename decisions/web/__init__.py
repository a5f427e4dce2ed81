"""Face: pages and parts in HTML. It asks and shows; every rule it uses lies in `domain`, every act below."""
